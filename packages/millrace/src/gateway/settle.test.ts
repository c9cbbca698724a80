import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { DONE_EVENT, event } from "../conformance/scripted-upstream/reply-bytes.ts";
import { providerError } from "../model/errors.ts";
import type { FailureKind } from "../model/failure.ts";
import type { DecodedEvent } from "../model/stream-event.ts";
import type { ForwardBody } from "../providers/provider.ts";
import { ChatStreamObserver } from "../wire/chat-completions/observer.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { NEVER, ScriptedStream } from "./testing/scripted-stream.ts";
import type { CallScript } from "./testing/scripted-provider.ts";
import { ScriptedProvider, whenAborted } from "./testing/scripted-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";

const KINDS: FailureKind[] = [
  "auth",
  "rate_limit",
  "context_overflow",
  "bad_request",
  "connection",
  "timeout",
  "truncated",
  "server",
  "cancelled",
];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const reset = (): Error => providerError(failureOf("connection", "reset"));

type Step = "wait" | "comment" | "content" | "finish" | "done" | "error" | "reset" | "defect";
const step = fc.constantFrom<Step>(
  "wait",
  "comment",
  "content",
  "content",
  "finish",
  "done",
  "error",
  "reset",
  "defect",
);

type Ending =
  | { readonly how: "refuses"; readonly kind: FailureKind }
  | { readonly how: "hangs" | "breaks" | "whole" }
  | { readonly how: "bytes" | "events"; readonly steps: readonly Step[] };
const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.record({ how: fc.constant("refuses" as const), kind: fc.constantFrom(...KINDS) }),
  fc.record({ how: fc.constantFrom("hangs" as const, "breaks" as const, "whole" as const) }),
  fc.record({ how: fc.constantFrom("bytes" as const, "events" as const), steps: fc.array(step, { maxLength: 6 }) }),
);

const chunkOf = (more: object): string =>
  event({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, ...more }] });
const BYTES: Record<Exclude<Step, "wait" | "reset" | "defect">, string> = {
  comment: ": hi\n\n",
  content: chunkOf({ delta: { content: "a" } }),
  finish: chunkOf({ delta: {}, finish_reason: "stop" }),
  done: DONE_EVENT,
  error: event({ error: { message: "boom", code: 500 } }),
};
const response = {
  id: "c",
  model: "m",
  text: "a",
  toolCalls: [],
  finishReason: "stop",
  choices: [],
  warnings: [],
} as const;
const EVENTS: Record<keyof typeof BYTES, DecodedEvent> = {
  comment: { type: "start", id: "c", model: "m" },
  content: { type: "text-delta", choice: 0, text: "a" },
  finish: { type: "choice-finish", choice: 0, reason: "stop", rawReason: "stop" },
  done: { type: "finish", response },
  error: { type: "failure", failure: failureOf("server", "boom") },
};

function stepOf<T>(one: Step, pieces: Record<keyof typeof BYTES, T>): T | Error | Promise<unknown> {
  if (one === "wait") return NEVER;
  if (one === "reset") return reset();
  if (one === "defect") return new TypeError("defect");
  return pieces[one];
}

/** What one call does, and the stream it opens, if it opens one. */
function callOf(script: Ending, opened: ScriptedStream<object>[]): CallScript {
  if (script.how === "refuses") return failureOf(script.kind, script.kind);
  if (script.how === "hangs") return (_, { signal }) => whenAborted(signal);
  if (script.how === "breaks") return async () => Promise.reject(new TypeError("defect"));
  return async () => ({ status: 200, headers: {}, changes: [], body: bodyOf(script, opened) });
}

function bodyOf(script: Exclude<Ending, { how: "refuses" }>, opened: ScriptedStream<object>[]): ForwardBody {
  if (script.how === "bytes") {
    const stream = new ScriptedStream<Uint8Array>(script.steps.map((one) => stepOf(one, mapped(BYTES, bytes))));
    opened.push(stream);
    const observer = new ChatStreamObserver({
      wantsUsage: false,
      maxEventBytes: 1_000_000,
      wallNowMs: () => 0,
      unreadableChunk: "fail",
    });
    return { kind: "byte-stream", bytes: stream, observer };
  }
  if (script.how === "events") {
    const stream = new ScriptedStream<readonly DecodedEvent[]>(
      script.steps.map((one) =>
        stepOf(
          one,
          mapped(EVENTS, (each) => [each]),
        ),
      ),
    );
    opened.push(stream);
    return { kind: "event-stream", events: stream };
  }
  return { kind: "whole", bytes: bytes("{}") };
}

function mapped<K extends string, A, B>(from: Record<K, A>, map: (value: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(from).map(([key, value]) => [key, map(value)])) as Record<K, B>;
}

test("every exchange settles exactly once, whatever happens to it, and leaves nothing running", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ending, { minLength: 1, maxLength: 3 }),
      fc.record({ stream: fc.boolean(), slow: fc.boolean(), leaveAt: fc.nat({ max: 40 }), silent: fc.boolean() }),
      async (endings, { stream, slow, leaveAt, silent }) => {
        const clock = new FakeClock();
        const opened: ScriptedStream<object>[] = [];
        const over = endings.map((script, at) => new ScriptedProvider(`p${at}`, { calls: [callOf(script, opened)] }));
        const { gateway, records, log, seats, start } = testGateway(clock, over, {
          keepAliveMs: 25,
          models: { fast: over.map(({ name }) => `${name}/m`) },
        });
        const { client, done } = start({
          body: { model: "fast", stream, messages: [{ role: "user", content: "hi" }] },
          silent: silent && leaveAt < 10,
          ...(slow && { roomBytes: 10 }),
        });
        let finished = false;
        void done.then(() => (finished = true));
        for (let n = 0; !finished; n += 1) {
          await turn();
          clock.advance(10);
          if (n % 3 === 0) client.read();
          // A client's signal never fires after its reply is complete.
          if (n >= leaveAt && !client.ended) client.leave();
        }

        expect(records).toHaveLength(1);
        expect(log.filter((line) => line.event === "request")).toHaveLength(1);
        expect(gateway.inFlight).toBe(0);
        expect(seats.take(0)).toBe(1);
        expect(clock.pending).toBe(0);
        for (const one of opened) expect(one.over).toBe(true);
        const [record] = records;
        const left = record?.outcome === "cancelled";
        expect(client.ends).toBe(left ? 0 : 1);
        expect(client.heads).toBeLessThanOrEqual(1);
        expect(record?.status).toBe(client.status);
        expect(record?.failure === undefined).toBe(record?.outcome === "completed");
        expect(record?.attempts.length).toBeLessThanOrEqual(endings.length);
        expect(record?.attempts.slice(0, -1).every((call) => call.outcome === "failed")).toBe(true);
        if (!left && stream && client.headers["content-type"]?.startsWith("text/event-stream")) {
          expect(client.text.includes(DONE_EVENT)).toBe(record?.outcome === "completed");
          expect(client.text.includes('{"error"')).toBe(record?.outcome === "failed");
        }
      },
    ),
    { numRuns: 300 },
  );
});

describe("the record", () => {
  test("has everything that is known of a good answer", async () => {
    const clock = new FakeClock();
    const desk = new ScriptedProvider("desk", {
      calls: [
        async () => {
          clock.advance(5);
          return {
            status: 200,
            headers: {},
            requestId: "up-1",
            changes: [
              {
                field: "max_tokens",
                action: "renamed",
                to: "max_completion_tokens",
                reason: "the target's name for it",
              },
            ],
            body: {
              kind: "whole",
              bytes: bytes('{"a":1}'),
              usage: { promptTokens: 3, reportedCostUsd: 0.25, raw: {} },
              rawFinishReason: "eos",
            },
          };
        },
      ],
    });
    const { call, records, log } = testGateway(clock, [desk], { models: { fast: ["desk/m"] } });
    const receivedAtMs = clock.wallNow();
    const body = { model: "fast", messages: [{ role: "user", content: "hi" }] };
    await call({ body });
    expect(records).toEqual([
      {
        id: "req-1",
        receivedAtMs,
        operation: "chat-completions",
        principal: "open",
        model: "fast",
        stream: false,
        candidates: [{ target: "desk/m", reason: "1 of 1 for fast" }],
        excluded: [],
        attempts: [
          { provider: "desk", model: "m", startedMs: 0, durationMs: 5, outcome: "answered", requestId: "up-1" },
        ],
        target: "desk/m",
        changes: [
          { field: "max_tokens", action: "renamed", to: "max_completion_tokens", reason: "the target's name for it" },
        ],
        status: 200,
        outcome: "completed",
        finishReason: "eos",
        usage: { promptTokens: 3, reportedCostUsd: 0.25, raw: {} },
        costUsd: 0.25,
        firstContentMs: 5,
        durationMs: 5,
        requestBytes: JSON.stringify(body).length,
        replyBytes: 7,
      },
    ]);
    expect(log).toMatchObject([
      { level: "info", event: "request", fields: { id: "req-1", target: "desk/m", costUsd: 0.25, key: "open" } },
    ]);
  });

  test.each([
    ["unknown", { promptTokens: 3, raw: {} }, "unknown"],
    ["0 where the server says 0", { promptTokens: 3, reportedCostUsd: 0, raw: {} }, 0],
  ])("N10: has a cost that is %s", async (_, usage, costUsd) => {
    const desk = new ScriptedProvider("desk", {
      calls: [{ status: 200, headers: {}, changes: [], body: { kind: "whole", bytes: bytes("{}"), usage } }],
    });
    const { call, records } = testGateway(new FakeClock(), [desk]);
    const client = await call({ body: { model: "desk/m", messages: [{ role: "user", content: "hi" }] } });
    expect(records[0]?.costUsd).toBe(costUsd);
    expect(client.headers["x-millrace-cost-usd"]).toBe(String(costUsd));
  });

  test("keeps an upstream's own words, the log does not: they may quote the prompt", async () => {
    const failure = failureOf("bad_request", "desk says: cannot parse 'my secret prompt'", {
      upstream: { status: 400, message: "cannot parse 'my secret prompt'" },
    });
    const { call, records, log } = testGateway(new FakeClock(), [new ScriptedProvider("desk", { calls: [failure] })]);
    await call({ body: { model: "desk/m", messages: [{ role: "user", content: "my secret prompt" }] } });
    expect(records[0]?.failure?.message).toContain("my secret prompt");
    expect(JSON.stringify(log)).not.toContain("secret");
    expect(log[0]?.fields).toMatchObject({ kind: "bad_request", upstreamStatus: 400, fault: "client" });
  });

  test("a store that fails is a defect in the log, and costs neither the client its answer nor the gateway a place", async () => {
    const desk = new ScriptedProvider("desk", {
      calls: [{ status: 200, headers: {}, changes: [], body: { kind: "whole", bytes: bytes("{}") } }],
    });
    const { gateway, call, log, breakStore } = testGateway(new FakeClock(), [desk]);
    breakStore();
    const client = await call({ body: { model: "desk/m", messages: [{ role: "user", content: "hi" }] } });
    expect(client.text).toBe("{}");
    expect(client.ends).toBe(1);
    expect(gateway.inFlight).toBe(0);
    expect(log).toMatchObject([
      { level: "error", event: "defect", fields: { error: expect.stringContaining("disk full") } },
    ]);
  });
});
