import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { Script, ScriptedUpstream } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { HttpProvider } from "../http-provider.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { saying } from "./testing/wire.ts";

const ASK = { model: "m", prompt: "hi" };
/** Only the wait between two looks is on the clock. */
const PATIENT = { timeouts: { connect: 0, firstByte: 0, firstContent: 0, idle: 0 } };

const loading: Script = (exchange) => exchange.json({ error: { message: "Loading model", code: 503 } }, 503);
const ready: Script = (exchange) =>
  exchange.request.method === "GET" ? exchange.json({ data: [] }) : exchange.stream(saying("Hello"));

interface Start {
  readonly provider: HttpProvider;
  readonly upstream: ScriptedUpstream;
  readonly clock: FakeClock;
  /** What was asked, in order. */
  readonly asked: () => string[];
  /** Lets the clock go on until the call has ended, by half a second each time. */
  readonly during: <T>(call: Promise<T>, each?: () => Promise<void>) => Promise<T>;
}

/** A server that answers like this, one request after the other, and a provider that tries again once. */
async function open(scripts: readonly Script[]): Promise<Start> {
  const clock = new FakeClock();
  const { provider, upstream } = await openDesk((exchange, index) => (scripts[index] ?? ready)(exchange, index), {
    profile: "llama.cpp",
    retries: 1,
    ...PATIENT,
    clock,
  });
  return {
    provider,
    upstream,
    clock,
    asked: () => upstream.exchanges.map(({ request }) => `${request.method} ${request.path}`),
    during: (call, each) => during(clock, call, each),
  };
}

async function during<T>(clock: FakeClock, call: Promise<T>, each?: () => Promise<void>): Promise<T> {
  let over = false;
  const settled = call.finally(() => (over = true));
  settled.catch(() => undefined);
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.pending === 0) continue;
    await each?.();
    clock.advance(500);
  }
  return settled;
}

describe("a server that is loading its model", () => {
  test("conformance case 74: is looked at until it is ready, and then gets the request once", async () => {
    const { provider, asked, during } = await open([loading, loading, loading]);
    expect((await during(provider.infer(ASK, PATIENT))).text).toBe("Hello");
    expect(asked()).toEqual([
      "POST /v1/chat/completions",
      "GET /health",
      "GET /health",
      "GET /health",
      "GET /v1/models",
      "POST /v1/chat/completions",
    ]);
  });

  test("is waited for no longer than a minute; then its own words are told", async () => {
    const { provider, clock, asked, during } = await open(Array.from({ length: 500 }, () => loading));
    const error = await during(errorOf(provider.infer(ASK, PATIENT)));
    expect(error).toMatchObject({ kind: "loading" });
    expect(clock.now()).toBe(60_000);
    expect(asked().filter((request) => request.startsWith("POST"))).toHaveLength(1);
  });

  test("is first looked at when it says that it may be ready", async () => {
    let lookedAtMs = 0;
    const { provider, clock, during } = await open([
      (exchange) => exchange.json({ error: { message: "Loading model" } }, 503, { "retry-after": "20" }),
      (exchange) => {
        lookedAtMs = clock.now();
        return exchange.json({ status: "ok" });
      },
    ]);
    await during(provider.infer(ASK, PATIENT));
    expect(lookedAtMs).toBe(20_000);
  });

  test("S19: is not waited for by a caller who has left", async () => {
    const { provider, clock, asked } = await open([loading]);
    const caller = new AbortController();
    const call = errorOf(provider.infer(ASK, { ...PATIENT, signal: caller.signal }));
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    expect(await call).toMatchObject({ kind: "cancelled" });
    expect(asked()).toHaveLength(1);
  });
});

describe("a local server that is not there yet", () => {
  test("conformance case 75: is waited for too", async () => {
    const { provider, upstream, asked, during } = await open([loading]);
    await upstream.stopListening();
    let looks = 0;
    const answer = await during(provider.infer(ASK, PATIENT), async () => {
      looks += 1;
      if (looks === 3) await upstream.listenAgain();
    });
    expect(answer.text).toBe("Hello");
    expect(asked()).toEqual(["GET /health", "GET /health", "GET /v1/models", "POST /v1/chat/completions"]);
  });

  test("but not for longer than a start takes", async () => {
    const { provider, upstream, clock, during } = await open([]);
    await upstream.stopListening();
    expect(await during(errorOf(provider.infer(ASK, PATIENT)))).toMatchObject({ kind: "connection" });
    expect(clock.now()).toBe(10_000);
  });
});
