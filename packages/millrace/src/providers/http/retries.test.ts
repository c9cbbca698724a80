import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { DONE_EVENT, event } from "../../conformance/scripted-upstream/reply-bytes.ts";
import type { Script } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { HttpProviderOptions } from "./options.ts";
import { type Desk, openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { delta, saying } from "./testing/wire.ts";

const ASK = { model: "m", prompt: "hi" };
/** Only the wait between two attempts is on the clock. */
const NO_LIMITS = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };

const busy: Script = (exchange) => exchange.json({ error: { message: "Slow down" } }, 429, { "retry-after": "2" });
const broken: Script = (exchange) => exchange.json({ error: { message: "boom" } }, 500);
const good: Script = (exchange) => exchange.stream(saying("Hello"));

/** A provider that sends a request again twice, and a server that does one thing after the other. */
async function open(
  scripts: readonly Script[],
  options: HttpProviderOptions = {},
): Promise<Desk & { readonly clock: FakeClock }> {
  const clock = new FakeClock();
  const script: Script = (exchange, index) => (scripts[index] ?? good)(exchange, index);
  return { clock, ...(await openDesk(script, { clock, retries: 2, timeouts: NO_LIMITS, ...options })) };
}

async function untilWaiting(clock: FakeClock): Promise<void> {
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe("N2: a failure that may pass is tried again", () => {
  test("after as long as the server says", async () => {
    const { clock, provider, upstream } = await open([busy]);
    const call = provider.infer(ASK);
    await untilWaiting(clock);
    clock.advance(1999);
    expect(clock.pending).toBe(1);
    expect(upstream.exchanges).toHaveLength(1);
    clock.advance(1);
    expect((await call).text).toBe("Hello");
    expect(upstream.exchanges).toHaveLength(2);
  });

  test("after half a second, then a second, where it says nothing", async () => {
    const { clock, provider, upstream } = await open([broken, broken]);
    const call = provider.infer(ASK);
    for (const delayMs of [500, 1000]) {
      await untilWaiting(clock);
      clock.advance(delayMs / 2);
      expect(clock.pending).toBe(1);
      clock.advance(delayMs / 2);
    }
    expect((await call).text).toBe("Hello");
    expect(upstream.exchanges).toHaveLength(3);
  });

  test("no more often than was allowed: then the last failure is told", async () => {
    const { clock, provider, upstream } = await open([broken, broken, busy]);
    const call = errorOf(provider.infer(ASK));
    for (let retry = 0; retry < 2; retry += 1) {
      await untilWaiting(clock);
      clock.advance(1000);
    }
    expect(await call).toMatchObject({ kind: "rate_limit", retryAfterMs: 2000 });
    expect(upstream.exchanges).toHaveLength(3);
  });

  test.each<[string, Script]>([
    ["a failure that will not pass", (exchange) => exchange.json({ error: { message: "no" } }, 401)],
    [
      "a server that wants to be left alone for an hour",
      (exchange) => exchange.json({ error: { message: "no" } }, 429, { "retry-after": "3600" }),
    ],
  ])("but not %s", async (_, script) => {
    const { provider, upstream } = await open([script]);
    await errorOf(provider.infer(ASK));
    expect(upstream.exchanges).toHaveLength(1);
  });

  test("but not unless it was asked for", async () => {
    const { provider, upstream } = await open([busy], { retries: 0 });
    expect((await errorOf(provider.infer(ASK))).retryable).toBe(true);
    expect(upstream.exchanges).toHaveLength(1);
  });

  test("also for a list of models and for embeddings", async () => {
    const answer: Script = (exchange) => exchange.json({ data: [{ id: "m", embedding: [1] }] });
    const { clock, provider } = await open([busy, answer, busy, answer]);
    const list = provider.listModels();
    await untilWaiting(clock);
    clock.advance(2000);
    expect(await list).toHaveLength(1);
    const vectors = provider.embeddings({ model: "m", input: "hi" });
    await untilWaiting(clock);
    clock.advance(2000);
    expect((await vectors).vectors).toEqual([[1]]);
  });
});

describe("S20: a stream is tried again until its first event", () => {
  test.each<[string, Script]>([
    ["an error status", busy],
    ["a connection that breaks before the head", (exchange) => exchange.reset()],
    ["a stream that ends before content", (exchange) => exchange.stream([delta({ role: "assistant" })])],
    ["an error as the first event", (exchange) => exchange.stream([event({ error: { message: "x", code: 503 } })])],
  ])("after %s", async (_, script) => {
    const { clock, provider, upstream } = await open([script]);
    const stream = provider.inferStream(ASK);
    const types: StreamEvent["type"][] = [];
    const read = (async () => {
      for await (const { type } of stream) types.push(type);
    })();
    await untilWaiting(clock);
    expect(types).toEqual([]);
    clock.advance(2000);
    await read;
    expect((await stream.response).text).toBe("Hello");
    expect(types.filter((type) => type === "start")).toHaveLength(1);
    expect(upstream.exchanges).toHaveLength(2);
  });

  test("but never after content, which was given already", async () => {
    const { provider, upstream } = await open([
      (exchange) =>
        exchange.stream([delta({ content: "Hel" }), event({ error: { message: "x", code: 503 } }), DONE_EVENT]),
    ]);
    const error = await errorOf(provider.inferStream(ASK).response);
    expect(error).toMatchObject({ kind: "overloaded", partial: { text: "Hel" } });
    expect(upstream.exchanges).toHaveLength(1);
  });
});

describe("S19: between two attempts", () => {
  test.each(["the caller's signal", "leaving the stream"])("%s ends it, and nothing more is sent", async (way) => {
    const { clock, provider, upstream } = await open([busy]);
    const stop = new AbortController();
    const stream = provider.inferStream(ASK, { signal: stop.signal });
    const outcome = errorOf(stream.response);
    await untilWaiting(clock);
    if (way === "leaving the stream") stream.cancel();
    else stop.abort();
    expect((await outcome).kind).toBe("cancelled");
    expect(clock.pending).toBe(0);
    expect(upstream.exchanges).toHaveLength(1);
  });
});
