import type { CancelSignal } from "../../../model/cancellation.ts";
import { providerError } from "../../../model/errors.ts";
import type { Failure } from "../../../model/failure.ts";
import type { ForwardReply } from "../../../providers/provider.ts";
import { ChatStreamObserver } from "../../../wire/chat-completions/observer.ts";
import { failureOf } from "../../../wire/failure/kinds.ts";
import type { CallScript } from "../../testing/scripted-provider.ts";
import { ScriptedStream, type StreamStep } from "../../testing/scripted-stream.ts";

/** One whole reply, which says who gave it. */
export function answer(from: string = "fine", headers: Readonly<Record<string, string>> = {}): ForwardReply {
  const bytes = new TextEncoder().encode(JSON.stringify({ from }));
  return { status: 200, headers, changes: [], body: { kind: "whole", bytes } };
}

/** A reply that streams these steps, and the stream, which knows whether it was left. */
export function streamed(steps: readonly StreamStep<Uint8Array>[]): {
  readonly reply: ForwardReply;
  readonly stream: ScriptedStream<Uint8Array>;
} {
  const stream = new ScriptedStream(steps);
  const observer = new ChatStreamObserver({
    wantsUsage: false,
    maxEventBytes: 1_000_000,
    wallNowMs: () => 0,
    unreadableChunk: "fail",
  });
  return {
    stream,
    reply: { status: 200, headers: {}, changes: [], body: { kind: "byte-stream", bytes: stream, observer } },
  };
}

/** Failures as servers tell of them. */
export const FAILED = {
  server: failureOf("server", "boom", { status: 500 }),
  rateLimit: failureOf("rate_limit", "slow down"),
  overflow: failureOf("context_overflow", "the prompt is too long"),
  refused: failureOf("content_filter", "it does not talk of that"),
  wrong: failureOf("bad_request", "temperature is a number"),
  loading: failureOf("loading", "Loading model"),
  absent: failureOf("connection", "connection refused"),
  key: failureOf("auth", "the key is not known"),
} satisfies Record<string, Failure>;

/** A call that goes on until the test says how it ends, or until it is called off. */
export class HeldCall {
  signal: CancelSignal | undefined;
  #answer: (reply: ForwardReply) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  readonly script: CallScript = (_request, { signal }) => {
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      const stop = (): void => reject(providerError(failureOf("cancelled", "called off")));
      if (signal?.aborted === true) stop();
      else signal?.addEventListener("abort", stop);
    });
  };

  /** Whether it was called off. */
  get isCalledOff(): boolean {
    return this.signal?.aborted === true;
  }

  answer(reply: ForwardReply = answer()): void {
    this.#answer(reply);
  }

  fail(failure: Failure): void {
    this.#fail(providerError(failure));
  }
}
