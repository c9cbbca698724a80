import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import type { UpstreamExchange } from "../conformance/scripted-upstream/exchange.ts";
import { DONE_EVENT, LAST_CHUNK, chunk, event, streamHead } from "../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import type { RecordingClient, RecordingClientOptions } from "./testing/recording-client.ts";
import { ScriptedProvider, whenAborted } from "./testing/scripted-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";
import type { TestGateway } from "./testing/test-gateway.ts";

const upstreams: ScriptedUpstream[] = [];
const providers: HttpProvider[] = [];

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function gatewayOver(script: Script): Promise<TestGateway & { upstream: ScriptedUpstream; clock: FakeClock }> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  const provider = new HttpProvider({ name: "desk", profile: "llama.cpp", baseUrl: upstream.url });
  providers.push(provider);
  const clock = new FakeClock();
  return { upstream, clock, ...testGateway(clock, [provider], { keepAliveMs: 10_000 }) };
}

const delta = (content: string): string => event({ id: "c1", choices: [{ index: 0, delta: { content } }] });
const streaming = { model: "desk/m", stream: true, messages: [{ role: "user", content: "hi" }] };

/** The client leaves; the gateway is done with it, told nobody anything more, and kept a record of it. */
async function leaveAndExpect(
  { records, log, gateway, clock }: TestGateway & { clock: FakeClock },
  client: RecordingClient,
  done: Promise<void>,
) {
  const heads = client.heads;
  client.leave();
  await done;
  expect(client.heads).toBe(heads);
  expect(client.ends).toBe(0);
  expect(records).toMatchObject([{ outcome: "cancelled", failure: { code: "client_closed" } }]);
  expect(log).toMatchObject([{ level: "info", event: "request", fields: { outcome: "cancelled" } }]);
  expect(gateway.inFlight).toBe(0);
  expect(clock.pending).toBe(0);
}

describe("conformance cases 90, 91: a client that leaves", () => {
  test("while its body is read", async () => {
    const setup = await gatewayOver(() => {});
    const { client, done } = setup.start({ silent: true });
    await turn();
    await leaveAndExpect(setup, client, done);
    expect(setup.upstream.exchanges).toEqual([]);
    expect(setup.records[0]?.status).toBeUndefined();
  });

  test("while the providers' lists are read", async () => {
    const clock = new FakeClock();
    const slow = new ScriptedProvider("slow", { models: ({ signal }) => whenAborted(signal) });
    const setup = { clock, ...testGateway(clock, [slow]) };
    const { client, done } = setup.start({ body: { ...streaming, model: "bare" } });
    await turn();
    client.leave();
    await done;
    expect(setup.records).toMatchObject([{ outcome: "cancelled", attempts: [] }]);
  });

  const before: [string, Script, RecordingClientOptions["body"]][] = [
    ["while the upstream's head is awaited, for a stream", () => {}, streaming],
    ["while the upstream's head is awaited, for one reply", () => {}, { ...streaming, stream: false }],
    ["while content is awaited", (exchange) => exchange.send(streamHead() + String(chunk(": wait\n\n"))), streaming],
    [
      "while one reply is put together",
      (exchange) => exchange.send(streamHead() + String(chunk(delta("a")))),
      { ...streaming, stream: false },
    ],
  ];

  test.each(before)("%s: the upstream's connection ends and no status was sent", async (_, script, body) => {
    const setup = await gatewayOver(script);
    const { client, done } = setup.start({ ...(body !== undefined && { body }) });
    const exchange = await setup.upstream.exchange(0);
    await turn();
    await leaveAndExpect(setup, client, done);
    await exchange.closed;
    expect(setup.records).toMatchObject([{ attempts: [{ provider: "desk", outcome: "cancelled" }] }]);
    expect(setup.records[0]?.status).toBeUndefined();
    expect(setup.records[0]?.target).toBeUndefined();
    expect(setup.upstream.exchanges).toHaveLength(1);
  });

  const mid = async (exchange: UpstreamExchange): Promise<void> => {
    await exchange.send(streamHead());
    await exchange.send(chunk(delta("a")));
  };

  test("in the middle of a stream: the upstream's connection ends, what was sent is on the record", async () => {
    const setup = await gatewayOver(mid);
    const { client, done } = setup.start({ body: streaming });
    await client.until(() => client.text === delta("a"));
    const exchange = await setup.upstream.exchange(0);
    await leaveAndExpect(setup, client, done);
    await exchange.closed;
    expect(setup.records).toMatchObject([
      { status: 200, replyBytes: delta("a").length, attempts: [{ outcome: "cancelled" }] },
    ]);
  });

  test("while it does not read: the upstream's connection ends", async () => {
    const setup = await gatewayOver(async (exchange) => {
      await exchange.send(streamHead());
      while (!exchange.isClosed) await exchange.send(chunk(delta("x".repeat(10_000))));
    });
    const { client, done } = setup.start({ body: streaming, roomBytes: 100 });
    await client.until(() => client.mostUnreadBytes > 100);
    await turn();
    const exchange = await setup.upstream.exchange(0);
    await leaveAndExpect(setup, client, done);
    await exchange.closed;
  });

  test("after a keep-alive: the upstream's connection ends, and no error event is written", async () => {
    const setup = await gatewayOver(() => {});
    const { client, done } = setup.start({ body: streaming });
    const exchange = await setup.upstream.exchange(0);
    setup.clock.advance(10_000);
    await leaveAndExpect(setup, client, done);
    await exchange.closed;
    expect(client.text).toBe(": keep-alive\n\n");
  });

  test("between two targets: the second is not asked", async () => {
    const clock = new FakeClock();
    const second = new ScriptedProvider("second");
    const first = new ScriptedProvider("first", { calls: [(_, { signal }) => whenAborted(signal)] });
    const setup = { clock, ...testGateway(clock, [first, second], { models: { fast: ["first/m", "second/m"] } }) };
    const { client, done } = setup.start({ body: { ...streaming, model: "fast" } });
    await turn();
    await leaveAndExpect(setup, client, done);
    expect(second.forwarded).toEqual([]);
  });

  test("once everything was sent has cancelled nothing", async () => {
    const setup = await gatewayOver(async (exchange) => {
      await exchange.send(streamHead());
      await exchange.sendPieces([
        chunk(delta("a")),
        chunk(event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })),
        chunk(DONE_EVENT),
        LAST_CHUNK,
      ]);
    });
    const { client, done } = setup.start({ body: streaming });
    await client.until(() => client.ended);
    client.leave();
    await done;
    expect(setup.records).toMatchObject([{ outcome: "completed" }]);
  });
});
