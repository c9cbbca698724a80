import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { completion, fin as finish, text as delta } from "../conformance/cases/replies.ts";
import { FakeClock } from "../conformance/fake-clock.ts";
import type { UpstreamExchange } from "../conformance/scripted-upstream/exchange.ts";
import { DONE_EVENT, chunk, event, head, streamHead } from "../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import type { FailureKind } from "../model/failure.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import type { RecordingClient } from "./testing/recording-client.ts";
import { type TestGateway, testGateway } from "./testing/test-gateway.ts";

/** Each of them as long as no other is over. */
const TIMEOUTS = { connect: 5_000, firstByte: 10_000, firstContent: 20_000, idle: 30_000 };

const upstreams: ScriptedUpstream[] = [];
const providers: HttpProvider[] = [];

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

interface Fleet extends TestGateway {
  readonly clock: FakeClock;
  readonly first: ScriptedUpstream;
  readonly second: ScriptedUpstream;
}

/** A gateway whose model `fast` is tried at a server with a fault, then at one that is well. */
async function fleet(fault: Script): Promise<Fleet> {
  const clock = new FakeClock();
  const [first, second] = await Promise.all([createScriptedUpstream(fault), createScriptedUpstream(good)]);
  upstreams.push(first, second);
  const over = [first, second].map(
    ({ url }, at) => new HttpProvider({ name: `p${at + 1}`, baseUrl: url, clock, timeouts: TIMEOUTS }),
  );
  providers.push(...over);
  return { clock, first, second, ...testGateway(clock, over, { models: { fast: ["p1/m", "p2/m"] } }) };
}

const isStream = ({ request }: UpstreamExchange): boolean => request.body.includes('"stream":true');

const good: Script = (exchange) =>
  isStream(exchange)
    ? exchange.stream([delta("fine"), finish(), DONE_EVENT])
    : exchange.json(completion({ role: "assistant", content: "fine" }));

interface Fault {
  readonly does: Script;
  readonly kind: FailureKind;
  /** How long the client and the gateway wait until something happens. */
  readonly afterMs?: number;
}

const refuses =
  (status: number, message = "no"): Script =>
  (exchange) =>
    exchange.json({ error: { message, type: "x", code: null } }, status);
/** These leave their reply open: whoever waits for it has to end it. */
const UNENDED = new Set<Script>();
const hangs: Script = () => {};
UNENDED.add(hangs);
function beginsWith(events: string, then?: (exchange: UpstreamExchange) => void): Script {
  const script: Script = async (exchange) => {
    await exchange.send(streamHead());
    if (events !== "") await exchange.send(chunk(events));
    then?.(exchange);
  };
  if (then === undefined) UNENDED.add(script);
  return script;
}
const closes = (exchange: UpstreamExchange): void => exchange.close();
const resets = (exchange: UpstreamExchange): void => exchange.reset();
const HTML = "<html>Bad gateway</html>";
const jsonHead = (bytes: number): string =>
  head(200, { "content-type": "application/json", "content-length": `${bytes}` });

/** Before the head of a reply. */
const AT_THE_HEAD: Readonly<Record<string, Fault>> = {
  "a reset": { does: resets, kind: "connection" },
  "an end": { does: closes, kind: "connection" },
  "half a head": {
    does: async (exchange) => (await exchange.send("HTTP/1.1 200 O"), closes(exchange)),
    kind: "connection",
  },
  "no HTTP": {
    does: async (exchange) => (await exchange.send("SSH-2.0-x\r\n\r\n"), closes(exchange)),
    kind: "protocol",
  },
  silence: { does: hangs, kind: "timeout", afterMs: TIMEOUTS.firstByte },
  "a refused key": { does: refuses(401), kind: "auth" },
  "an empty account": { does: refuses(402), kind: "quota" },
  "a missing model": { does: refuses(404, "The model `m` does not exist"), kind: "model_not_found" },
  "a rate limit": { does: refuses(429), kind: "rate_limit" },
  "a broken server": { does: refuses(500), kind: "server" },
  "a bad gateway": { does: refuses(502), kind: "server" },
  overload: { does: refuses(529), kind: "overloaded" },
};

/** Behind a good head, before any content. */
const BEFORE_CONTENT: Readonly<Record<string, Fault>> = {
  "a cut": { does: beginsWith("", closes), kind: "truncated" },
  "a reset": { does: beginsWith("", resets), kind: "truncated" },
  "an empty stream": { does: (exchange) => exchange.stream([]), kind: "truncated" },
  "a stream of nothing but its end": { does: (exchange) => exchange.stream([DONE_EVENT]), kind: "truncated" },
  "a role and a cut": {
    does: beginsWith(event({ choices: [{ index: 0, delta: { role: "assistant" } }] }), closes),
    kind: "truncated",
  },
  "an error event": { does: beginsWith(event({ error: { message: "boom", code: 500 } })), kind: "server" },
  "an error event behind comments": {
    does: beginsWith(`: busy\n\n: busy\n\n${event({ error: { message: "busy", code: 503 } })}`),
    kind: "overloaded",
  },
  "an event that is no JSON": { does: beginsWith("data: {]\n\n"), kind: "protocol" },
  "a web page": {
    does: (exchange) =>
      exchange.send(`${head(200, { "content-type": "text/html", "content-length": `${HTML.length}` })}${HTML}`),
    kind: "protocol",
  },
  "an empty document": { does: (exchange) => exchange.send(jsonHead(0)), kind: "truncated" },
  "a cut document": {
    does: async (exchange) => (await exchange.send(`${jsonHead(100)}{"choices":`), closes(exchange)),
    kind: "truncated",
  },
  "a document that is no JSON": { does: (exchange) => exchange.send(`${jsonHead(2)}{]`), kind: "protocol" },
  "an error in a document": {
    does: (exchange) => exchange.json({ error: { message: "boom", code: 500 } }),
    kind: "server",
  },
  silence: { does: beginsWith(""), kind: "timeout", afterMs: TIMEOUTS.firstContent },
};

/** Behind content. */
const AFTER_CONTENT: Readonly<Record<string, Fault>> = {
  "a cut": { does: beginsWith(delta("par"), closes), kind: "truncated" },
  "a reset": { does: beginsWith(delta("par"), resets), kind: "truncated" },
  "an end without a sign": { does: (exchange) => exchange.stream([delta("par")]), kind: "truncated" },
  "an error event": {
    does: beginsWith(delta("par") + event({ error: { message: "boom", code: 500 } })),
    kind: "server",
  },
  "an event that is no JSON": { does: beginsWith(`${delta("par")}data: {]\n\n`), kind: "protocol" },
  silence: { does: beginsWith(delta("par")), kind: "timeout", afterMs: TIMEOUTS.idle },
};

const ASKS = [
  ["a stream", true],
  ["one reply", false],
] as const;

/** Lets the request come to its end; where everybody waits, time goes on. */
async function ask({ start, clock, first }: Fleet, stream: boolean, fault: Fault): Promise<RecordingClient> {
  const { client, done } = start({ body: { model: "fast", stream, messages: [{ role: "user", content: "hi" }] } });
  if (fault.afterMs !== undefined) {
    while (first.exchanges.length === 0) await turn();
    // What the server sent before it fell silent has to be read first.
    for (let turns = 0; turns < 50; turns += 1) await turn();
    clock.advance(fault.afterMs);
  }
  await done;
  return client;
}

/** Nobody works on the request any more, and nobody counts it. */
async function expectNothingLeft({ gateway, clock, first, second, call, seats }: Fleet, fault: Fault): Promise<void> {
  if (UNENDED.has(fault.does)) await Promise.all(first.exchanges.map((exchange) => exchange.closed));
  expect(gateway.inFlight).toBe(0);
  expect(clock.pending).toBe(0);
  expect(second.exchanges.length).toBeLessThanOrEqual(1);
  expect(seats.take(0)).toBe(1);
  seats.giveBack();
  const messages = [{ role: "user", content: "hi" }];
  const route = (await call({ path: "/v1/route", body: { model: "fast", messages } })).json;
  expect(JSON.stringify(route)).toContain('"in_flight":0');
  expect(JSON.stringify(route)).not.toMatch(/"in_flight":[1-9]/);
}

describe.each([
  ["at the head", AT_THE_HEAD],
  ["before content", BEFORE_CONTENT],
])("%s", (_phase, faults) => {
  describe.each(ASKS)("of %s", (_form, stream) => {
    test.each(Object.entries(faults))("%s is not seen: the second target answers", async (_name, fault) => {
      const setup = await fleet(fault.does);
      const client = await ask(setup, stream, fault);
      expect(client.status).toBe(200);
      expect(client.text).toContain("fine");
      expect(client.text).not.toContain("error");
      expect(client.ends).toBe(1);
      expect(client.headers).toMatchObject({ "x-millrace-target": "p2/m", "x-millrace-attempts": "2" });
      expect(setup.records).toMatchObject([
        {
          outcome: "completed",
          target: "p2/m",
          attempts: [{ provider: "p1", outcome: "failed", failure: { kind: fault.kind } }, { outcome: "answered" }],
        },
      ]);
      await expectNothingLeft(setup, fault);
    });
  });
});

describe("after content", () => {
  test.each(Object.entries(AFTER_CONTENT))("%s ends a stream with an error event", async (_name, fault) => {
    const setup = await fleet(fault.does);
    const client = await ask(setup, true, fault);
    expect(client.status).toBe(200);
    expect(client.text).toContain("par");
    expect(client.text).toMatch(/data: \{"error":\{.*\}\n\n$/);
    expect(client.text).not.toContain("fine");
    expect(client.text).not.toContain(DONE_EVENT);
    expect(client.headers).toMatchObject({ "x-millrace-target": "p1/m", "x-millrace-attempts": "1" });
    await expectOneFailure(setup, fault);
  });

  test.each(Object.entries(AFTER_CONTENT))("%s is not seen by who wants one reply", async (_name, fault) => {
    const setup = await fleet(fault.does);
    const client = await ask(setup, false, fault);
    expect(client.status).toBe(200);
    expect(client.text).toContain("fine");
    expect(client.headers).toMatchObject({ "x-millrace-target": "p2/m", "x-millrace-attempts": "2" });
    expect(setup.records).toMatchObject([
      {
        outcome: "completed",
        attempts: [{ outcome: "failed", failure: { kind: fault.kind, partial: true } }, { outcome: "answered" }],
      },
    ]);
    await expectNothingLeft(setup, fault);
  });

  async function expectOneFailure(setup: Fleet, fault: Fault): Promise<void> {
    const { kind } = fault;
    expect(setup.records).toMatchObject([
      { outcome: "failed", attempts: [{ provider: "p1", outcome: "failed", failure: { kind, partial: true } }] },
    ]);
    expect(setup.second.exchanges).toHaveLength(0);
    await expectNothingLeft(setup, fault);
  }
});

describe("where nobody listens", () => {
  test.each(ASKS)("%s is answered by the second target", async (_form, stream) => {
    const setup = await fleet(good);
    await setup.first.close();
    const fault: Fault = { does: good, kind: "connection" };
    const client = await ask(setup, stream, fault);
    expect(client.status).toBe(200);
    expect(client.text).toContain("fine");
    expect(setup.records).toMatchObject([{ attempts: [{ failure: { kind: "connection" } }, { outcome: "answered" }] }]);
    await expectNothingLeft(setup, fault);
  });
});
