import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { fin as finish, text as delta, usage as counts } from "../conformance/cases/replies.ts";
import { FakeClock } from "../conformance/fake-clock.ts";
import type { UpstreamExchange } from "../conformance/scripted-upstream/exchange.ts";
import { DONE_EVENT, LAST_CHUNK, chunk, event, streamHead } from "../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream, gate } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import type { TestGateway } from "./testing/test-gateway.ts";
import { testGateway } from "./testing/test-gateway.ts";

const upstreams: ScriptedUpstream[] = [];
const providers: HttpProvider[] = [];

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

type Over = TestGateway & { readonly clock: FakeClock; readonly upstream: ScriptedUpstream };

async function gatewayOver(script: Script, plan: Parameters<typeof testGateway>[2] = {}): Promise<Over> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  const provider = new HttpProvider({ name: "desk", profile: "llama.cpp", baseUrl: upstream.url });
  providers.push(provider);
  const clock = new FakeClock();
  return { clock, upstream, ...testGateway(clock, [provider], { keepAliveMs: 10_000, ...plan }) };
}

const fin = finish();
const usage = counts(3, 2);
const streaming = { model: "desk/m", stream: true, messages: [{ role: "user", content: "hi" }] };

describe("a stream passes", () => {
  test("byte for byte, fields nobody knows included", async () => {
    const odd = 'data:  {"choices":[{"index":0,"delta":{"content":"a"},"zeta":[1,2]}],"x_odd":1.0}\n\n';
    const { call } = await gatewayOver((exchange) => exchange.stream([odd, fin, DONE_EVENT]));
    const client = await call({ body: streaming });
    expect(client.text).toBe(`${odd}${fin}${DONE_EVENT}`);
  });

  test("with a head that keeps proxies from buffering, and the upstream's limits and timings", async () => {
    const { call } = await gatewayOver((exchange) =>
      exchange.stream([delta("a"), fin, DONE_EVENT], {
        "x-ratelimit-remaining-requests": "9",
        "openai-processing-ms": "12",
        "x-request-id": "up-7",
        "set-cookie": "a=b",
        server: "uvicorn",
        "x-powered-by": "odd",
        "strict-transport-security": "max-age=1",
      }),
    );
    const client = await call({ body: streaming });
    expect(client.status).toBe(200);
    expect(client.headers).toEqual({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
      "x-millrace-request-id": "req-1",
      "x-millrace-target": "desk/m",
      "x-millrace-attempts": "1",
      "x-millrace-changes": "stream_options.include_usage added",
      "x-ratelimit-remaining-requests": "9",
      "openai-processing-ms": "12",
      "x-request-id": "up-7",
    });
  });

  test("without the usage chunk that the client did not ask for, and the record has it", async () => {
    const { call, records } = await gatewayOver((exchange) => exchange.stream([delta("a"), fin, usage, DONE_EVENT]));
    const client = await call({ body: streaming });
    expect(client.text).toBe(`${delta("a")}${fin}${DONE_EVENT}`);
    expect(records[0]?.usage).toMatchObject({ promptTokens: 3, completionTokens: 2, totalTokens: 5 });
  });

  test("with the usage chunk that the client asked for", async () => {
    const { call } = await gatewayOver((exchange) => exchange.stream([delta("a"), fin, usage, DONE_EVENT]));
    const client = await call({ body: { ...streaming, stream_options: { include_usage: true } } });
    expect(client.text).toBe(`${delta("a")}${fin}${usage}${DONE_EVENT}`);
  });

  test("at once, event by event", async () => {
    const more = gate();
    const { start } = await gatewayOver(async (exchange) => {
      await exchange.send(streamHead());
      await exchange.send(chunk(delta("a")));
      await more.opened;
      await exchange.sendPieces([chunk(`${fin}${DONE_EVENT}`), LAST_CHUNK]);
    });
    const { client, done } = start({ body: streaming });
    await client.until(() => client.text === delta("a"));
    expect(client.ended).toBe(false);
    more.open();
    await done;
    expect(client.text).toBe(`${delta("a")}${fin}${DONE_EVENT}`);
  });

  test("and its connection serves the next request", async () => {
    const { call, upstream } = await gatewayOver((exchange) => exchange.stream([delta("a"), fin, DONE_EVENT]));
    for (let n = 0; n < 3; n += 1) {
      await call({ body: streaming });
      // A connection is free again a turn of the event loop after its reply.
      await turn();
    }
    expect(upstream.connections).toBe(1);
  });

  test("and gives its seat back with its last byte, although the upstream is slow to close", async () => {
    const { gateway, start, call, upstream } = await gatewayOver(
      async (exchange, index) => {
        if (index > 0) return exchange.stream([delta("b"), fin, DONE_EVENT]);
        await exchange.send(streamHead());
        await exchange.send(chunk(`${delta("a")}${fin}${DONE_EVENT}`));
      },
      { maxInFlight: 1 },
    );
    const { client, done } = start({ body: streaming });
    await client.until(() => client.ended);
    expect(gateway.inFlight).toBe(1);
    expect((await call({ body: streaming })).status).toBe(200);
    await (await upstream.exchange(0)).send(LAST_CHUNK);
    await done;
  });
});

describe("keep-alive", () => {
  /** Sends its head and its first content when told to. */
  const waiting =
    (headGate: Promise<void>, contentGate: Promise<void>, end: (exchange: UpstreamExchange) => Promise<void>) =>
    async (exchange: UpstreamExchange): Promise<void> => {
      await headGate;
      await exchange.send(streamHead());
      await contentGate;
      await end(exchange);
    };
  const succeed = async (exchange: UpstreamExchange): Promise<void> =>
    exchange.sendPieces([chunk(`${delta("a")}${fin}${DONE_EVENT}`), LAST_CHUNK]);
  const fail = async (exchange: UpstreamExchange): Promise<void> =>
    exchange.sendPieces([chunk(event({ error: { message: "boom", code: 500 } })), LAST_CHUNK]);

  test("comments go out while the upstream's head and its content are awaited, then the answer", async () => {
    const [head, content] = [gate(), gate()];
    const { start, clock, upstream, records } = await gatewayOver(waiting(head.opened, content.opened, succeed));
    const { client, done } = start({ body: streaming });
    await upstream.exchange(0);
    clock.advance(10_000);
    expect(client.status).toBe(200);
    expect(client.headers).toEqual({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
      "x-millrace-request-id": "req-1",
    });
    head.open();
    clock.advance(10_000);
    content.open();
    await done;
    expect(client.text).toBe(`: keep-alive\n\n: keep-alive\n\n${delta("a")}${fin}${DONE_EVENT}`);
    expect(client.heads).toBe(1);
    expect(records).toMatchObject([{ outcome: "completed", status: 200 }]);
    expect(clock.pending).toBe(0);
  });

  test("a failure after the first comment is in the stream, as its last event", async () => {
    const opened = gate();
    const { start, clock, upstream, records } = await gatewayOver(waiting(opened.opened, opened.opened, fail));
    const { client, done } = start({ body: streaming });
    await upstream.exchange(0);
    clock.advance(10_000);
    opened.open();
    await done;
    expect(client.status).toBe(200);
    expect(client.text).toMatch(/^: keep-alive\n\ndata: \{"error":\{.*boom.*\}\n\n$/);
    expect(records).toMatchObject([{ outcome: "failed", status: 200, failure: { kind: "server" } }]);
  });

  test("a second target still answers unseen after the first comment", async () => {
    const opened = gate();
    const first = await createScriptedUpstream(async (exchange) => {
      await opened.opened;
      await exchange.json({ error: { message: "busy" } }, 503);
    });
    const second = await createScriptedUpstream((exchange) => exchange.stream([delta("fine"), fin, DONE_EVENT]));
    upstreams.push(first, second);
    const over = [first, second].map(
      ({ url }, at) => new HttpProvider({ name: `p${at}`, profile: "llama.cpp", baseUrl: url }),
    );
    providers.push(...over);
    const clock = new FakeClock();
    const { start } = testGateway(clock, over, { keepAliveMs: 10_000, models: { fast: ["p0/m", "p1/m"] } });
    const { client, done } = start({ body: { ...streaming, model: "fast" } });
    await first.exchange(0);
    clock.advance(10_000);
    opened.open();
    await done;
    expect(client.text).toBe(`: keep-alive\n\n${delta("fine")}${fin}${DONE_EVENT}`);
  });

  test("comments go on between the pieces of an answer", async () => {
    const more = gate();
    const { start, clock } = await gatewayOver(async (exchange) => {
      await exchange.send(streamHead());
      await exchange.send(chunk(delta("a")));
      await more.opened;
      await exchange.sendPieces([chunk(`${fin}${DONE_EVENT}`), LAST_CHUNK]);
    });
    const { client, done } = start({ body: streaming });
    await client.until(() => client.text === delta("a"));
    clock.advance(25_000);
    more.open();
    await done;
    expect(client.text).toBe(`${delta("a")}: keep-alive\n\n: keep-alive\n\n${fin}${DONE_EVENT}`);
  });

  test("a client that wants one reply gets none: it has a true status to wait for", async () => {
    const opened = gate();
    const { start, clock, upstream } = await gatewayOver(waiting(opened.opened, opened.opened, fail));
    const { client, done } = start({ body: { ...streaming, stream: false } });
    await upstream.exchange(0);
    clock.advance(60_000);
    expect(client.status).toBeUndefined();
    opened.open();
    await done;
    expect(client.status).toBe(500);
  });
});

describe("back-pressure", () => {
  const piece = delta("x".repeat(64 * 1024));
  const PIECES = 800;

  test("of a client that does not read reaches the upstream: 50 MB on offer, little of it moves", async () => {
    let sent = 0;
    const { start, upstream } = await gatewayOver(async (exchange) => {
      await exchange.send(streamHead());
      for (; sent < PIECES && !exchange.isClosed; sent += 1) await exchange.send(chunk(piece));
    });
    const { client, done } = start({ body: streaming, roomBytes: piece.length });
    await client.until(() => client.text.length > 0);
    // Until nothing has moved for a while of the event loop's turns.
    for (let still = 0, before = -1; still < 50; still = sent === before ? still + 1 : 0) {
      before = sent;
      await turn();
    }
    expect(sent).toBeLessThan(PIECES / 2);
    expect(client.mostUnreadBytes).toBeLessThan(4 * piece.length);
    client.leave();
    await done;
    await (
      await upstream.exchange(0)
    ).closed;
  });

  test("of a client that reads slowly loses nothing", async () => {
    const { start } = await gatewayOver(async (exchange) => {
      await exchange.send(streamHead());
      for (let n = 0; n < 40; n += 1) await exchange.send(chunk(piece));
      await exchange.sendPieces([chunk(`${fin}${DONE_EVENT}`), LAST_CHUNK]);
    });
    const { client, done } = start({ body: streaming, roomBytes: 1000 });
    let over = false;
    void done.then(() => (over = true));
    while (!over) {
      await turn();
      client.read();
    }
    expect(client.text).toBe(`${piece.repeat(40)}${fin}${DONE_EVENT}`);
  });
});
