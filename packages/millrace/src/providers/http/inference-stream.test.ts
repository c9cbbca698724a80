import { describe, expect, test } from "vitest";
import { chunk, DONE_EVENT, event, LAST_CHUNK, streamHead } from "../../conformance/scripted-upstream/reply-bytes.ts";
import { gate } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { ProviderError } from "../../model/errors.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { InferenceStream } from "../provider.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion, delta, saying } from "./testing/wire.ts";

const ASK = { model: "m", prompt: "hi" };

async function collect(stream: InferenceStream): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const streamEvent of stream) events.push(streamEvent);
  return events;
}

function texts(events: readonly StreamEvent[]): string[] {
  return events.flatMap((streamEvent) => (streamEvent.type === "text-delta" ? [streamEvent.text] : []));
}

describe("a stream", () => {
  test("gives typed events in order, and the whole answer at the end", async () => {
    const { provider, upstream } = await openDesk((exchange) =>
      exchange.stream(saying("Hel", "lo"), { "x-request-id": "req-1" }),
    );
    const stream = provider.inferStream(ASK);
    const events = await collect(stream);
    expect(events.map(({ type }) => type)).toEqual([
      "start",
      "text-delta",
      "text-delta",
      "usage",
      "choice-finish",
      "finish",
    ]);
    expect(await stream.response).toMatchObject({
      text: "Hello",
      provider: "desk",
      requestId: "req-1",
      finishReason: "stop",
    });
    expect(events.at(-1)).toMatchObject({ type: "finish", response: await stream.response });
    expect(upstream.exchanges[0]?.request.json()).toMatchObject({ stream: true });
  });

  test("arrives as it is written, not at the end", async () => {
    const more = gate();
    const { provider } = await openDesk(async (exchange) => {
      await exchange.send(streamHead() + chunk(delta({ content: "Hel" })).toString());
      await more.opened;
      await exchange.send(chunk([delta({ content: "lo" }), delta({}, "stop"), DONE_EVENT].join("")) + LAST_CHUNK);
    });
    const events = provider.inferStream(ASK)[Symbol.asyncIterator]();
    expect(await events.next()).toMatchObject({ value: { type: "start" } });
    expect(await events.next()).toMatchObject({ value: { type: "text-delta", text: "Hel" } });
    more.open();
    expect(await events.next()).toMatchObject({ value: { type: "text-delta", text: "lo" } });
    await events.return?.();
  });

  test("S17: one document instead of a stream becomes the same events", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("Hello")));
    const events = await collect(provider.inferStream(ASK));
    expect(events[0]?.type).toBe("start");
    expect(texts(events)).toEqual(["Hello"]);
    expect(events.at(-1)).toMatchObject({ type: "finish", response: { text: "Hello" } });
  });

  test("S17: a JSON error in a 200 is an error, not an empty stream (conformance case 40)", async () => {
    const { provider } = await openDesk((exchange) => exchange.json({ code: "The model is gone", error: "gone" }));
    expect(await errorOf(collect(provider.inferStream(ASK)))).toMatchObject({ message: "desk: gone" });
  });

  test("S4, S8: a cut stream throws what it had, and `response` rejects with the same error", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream([delta({ content: "Hel" })]));
    const stream = provider.inferStream(ASK);
    const seen: StreamEvent[] = [];
    const error = await errorOf(
      (async () => {
        for await (const streamEvent of stream) seen.push(streamEvent);
      })(),
    );
    expect(texts(seen)).toEqual(["Hel"]);
    expect(error).toMatchObject({ kind: "truncated", partial: { text: "Hel" }, provider: "desk" });
    expect(await errorOf(stream.response)).toBe(error);
  });

  test("the events before an error in the same packet are given before it is thrown", async () => {
    const { provider } = await openDesk((exchange) =>
      exchange.stream([delta({ content: "Hel" }) + event({ error: { message: "boom" } })]),
    );
    const events = provider.inferStream(ASK)[Symbol.asyncIterator]();
    expect(await events.next()).toMatchObject({ value: { type: "start" } });
    expect(await events.next()).toMatchObject({ value: { text: "Hel" } });
    expect(await errorOf(events.next())).toMatchObject({ message: "desk: boom", partial: { text: "Hel" } });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test("N1: an error status is thrown by the first step", async () => {
    const { provider } = await openDesk((exchange) => exchange.json({ error: { message: "no" } }, 401));
    const stream = provider.inferStream(ASK);
    expect((await errorOf(collect(stream))).kind).toBe("auth");
    expect((await errorOf(stream.response)).kind).toBe("auth");
  });

  test("S18: a silent server runs into the clock for the first content, comments or not", async () => {
    const clock = new FakeClock();
    const { provider, upstream } = await openDesk(
      async (exchange) => {
        await exchange.send(streamHead() + chunk(": waiting\n\n").toString());
      },
      { clock, timeouts: { connect: 0, firstByte: 0, firstContent: 1000, idle: 0 } },
    );
    const call = errorOf(collect(provider.inferStream(ASK)));
    const exchange = await upstream.exchange(0);
    clock.advance(1000);
    expect(await call).toMatchObject({ kind: "timeout", failure: { timeoutPhase: "first_content" } });
    await exchange.closed;
    expect(clock.pending).toBe(0);
  });

  test("S18: a stream that goes on for an hour is not cut: only silence is", async () => {
    const clock = new FakeClock();
    const more = Array.from({ length: 40 }, () => gate());
    const { provider } = await openDesk(
      async (exchange) => {
        await exchange.send(streamHead());
        for (const next of more) {
          await exchange.send(chunk(delta({ content: "x" })));
          await next.opened;
        }
        await exchange.send(chunk(delta({}, "stop") + DONE_EVENT) + LAST_CHUNK);
      },
      { clock },
    );
    const stream = provider.inferStream(ASK);
    let pieces = 0;
    for await (const { type } of stream) {
      if (type !== "text-delta") continue;
      clock.advance(100_000);
      more[pieces]?.open();
      pieces += 1;
    }
    expect(clock.now()).toBe(4_000_000);
    expect((await stream.response).text).toBe("x".repeat(40));
  });

  test("the clock for the first content stops with the first content", async () => {
    const clock = new FakeClock();
    const more = gate();
    const { provider } = await openDesk(
      async (exchange) => {
        await exchange.send(streamHead() + chunk(delta({ content: "Hel" })).toString());
        await more.opened;
        await exchange.send(chunk([delta({}, "stop"), DONE_EVENT].join("")) + LAST_CHUNK);
      },
      { clock, timeouts: { connect: 0, firstByte: 0, firstContent: 1000, idle: 0 } },
    );
    const stream = provider.inferStream(ASK);
    for await (const streamEvent of stream) {
      if (streamEvent.type !== "text-delta") continue;
      clock.advance(5000);
      more.open();
    }
    expect((await stream.response).text).toBe("Hel");
  });
});

describe("S19: nothing is left running", () => {
  test("leaving the loop stops the server, and `response` says cancelled with what had arrived", async () => {
    const { provider, upstream } = await openDesk(async (exchange) => {
      await exchange.send(streamHead() + chunk(delta({ content: "Hel" })).toString());
    });
    const stream = provider.inferStream(ASK);
    for await (const streamEvent of stream) if (streamEvent.type === "text-delta") break;
    expect(await errorOf(stream.response)).toMatchObject({ kind: "cancelled", partial: { text: "Hel" } });
    await (
      await upstream.exchange(0)
    ).closed;
  });

  test("leaving while a step waits ends that step too", async () => {
    const { provider, upstream } = await openDesk(async (exchange) => {
      await exchange.send(streamHead());
    });
    const events = provider.inferStream(ASK)[Symbol.asyncIterator]();
    const step = errorOf(events.next());
    const exchange = await upstream.exchange(0);
    await events.return?.();
    expect((await step).kind).toBe("cancelled");
    await exchange.closed;
  });

  test.each(["cancel", "signal"] as const)("%s stops a silent server at once", async (way) => {
    const { provider, upstream } = await openDesk(async (exchange) => {
      await exchange.send(streamHead() + chunk(delta({ content: "Hel" })).toString());
    });
    const stop = new AbortController();
    const stream = provider.inferStream(ASK, { signal: stop.signal });
    const call = errorOf(collect(stream));
    const exchange = await upstream.exchange(0);
    if (way === "cancel") stream.cancel();
    else stop.abort();
    expect((await call).kind).toBe("cancelled");
    expect(await errorOf(stream.response)).toBe(await call);
    await exchange.closed;
  });

  test("the timers and listeners of a finished stream are gone", async () => {
    const clock = new FakeClock();
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hello")), { clock });
    const signal = countingSignal();
    await collect(provider.inferStream(ASK, { signal }));
    expect(clock.pending).toBe(0);
    expect(signal.listeners).toBe(0);
  });

  test("a stream that nobody reads is never sent", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("Hello")));
    provider.inferStream(ASK);
    const cancelled = provider.inferStream(ASK);
    cancelled.cancel();
    expect((await errorOf(cancelled.response)).kind).toBe("cancelled");
    expect(upstream.exchanges).toHaveLength(0);
  });

  test("a server that is read slowly is held back", async () => {
    const piece = "x".repeat(64 * 1024);
    let written = 0;
    const { provider, upstream } = await openDesk(async (exchange) => {
      await exchange.send(streamHead());
      while (written < 600 && !exchange.isClosed) {
        await exchange.send(chunk(delta({ content: piece })));
        written += 1;
      }
    });
    const events = provider.inferStream(ASK)[Symbol.asyncIterator]();
    await events.next();
    // The server can write until every buffer on the way is full; it comes to a stop long before 38 MB.
    let before = -1;
    while (written !== before) {
      before = written;
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeLessThan(300);
    await events.return?.();
    await (
      await upstream.exchange(0)
    ).closed;
  });
});

describe("`response`", () => {
  test("reads the stream when nobody iterates it", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hel", "lo")));
    expect((await provider.inferStream(ASK).response).text).toBe("Hello");
  });

  test("can be looked at before the iteration begins", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("Hello")));
    const stream = provider.inferStream(ASK);
    const whole = stream.response;
    expect(texts(await collect(stream))).toEqual(["Hello"]);
    expect((await whole).text).toBe("Hello");
    expect(upstream.exchanges).toHaveLength(1);
  });

  test("is no unhandled rejection when nobody looks at it", async () => {
    const { provider } = await openDesk((exchange) => exchange.json({ error: { message: "no" } }, 500));
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): unknown => unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const stream = provider.inferStream(ASK);
    void stream.response;
    await errorOf(collect(stream));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });

  test("rejects with the error of the call when nobody iterates", async () => {
    const { provider } = await openDesk((exchange) => exchange.json({ error: { message: "no" } }, 500));
    expect(await errorOf(provider.inferStream(ASK).response)).toBeInstanceOf(ProviderError);
  });
});

describe("a stream is read once", () => {
  test("a second loop is refused, and says so", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hello")));
    const stream = provider.inferStream(ASK);
    await collect(stream);
    await expect(collect(stream)).rejects.toThrow(/already iterated/u);
  });

  test("a loop after `response` has begun to read is refused, and says so", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hello")));
    const stream = provider.inferStream(ASK);
    await stream.response;
    await expect(collect(stream)).rejects.toThrow(/iterate first/u);
  });
});

/** A signal that counts who listens to it. */
function countingSignal(): AbortSignal & { readonly listeners: number } {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  return Object.defineProperties(signal, {
    listeners: { get: () => listeners },
    addEventListener: {
      value: (...args: Parameters<typeof add>) => {
        listeners += 1;
        add(...args);
      },
    },
    removeEventListener: {
      value: (...args: Parameters<typeof remove>) => {
        listeners -= 1;
        remove(...args);
      },
    },
  }) as AbortSignal & { readonly listeners: number };
}
