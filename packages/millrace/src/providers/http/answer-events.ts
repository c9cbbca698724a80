import { ProviderError } from "../../model/errors.ts";
import type { InferenceResponse, ProviderResponse } from "../../model/response.ts";
import type { DecodedEvent, FailureEvent, StreamEvent } from "../../model/stream-event.ts";
import type { Warning } from "../../model/warning.ts";
import { type BodyKind, sniffBody } from "../../wire/assembly/body-kind.ts";
import type { StreamDecoder } from "../../wire/assembly/reply-stream.ts";
import { readRest } from "./read-rest.ts";
import type { Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

/** The events of a call, whose `finish` says where the answer came from. */
export type AnswerEvent =
  | Exclude<StreamEvent, { readonly type: "finish" }>
  | { readonly type: "finish"; readonly response: ProviderResponse };

/** A reply to a conversation, whatever form it has: a stream, or one document. */
export interface AnswerReply {
  readonly reply: UpstreamReply;
  /** For the dialect that it is in. */
  readonly decoder: StreamDecoder;
  /** From just before the request was sent, on the clock that never goes back. */
  readonly startedMs: number;
  /** What is to be told with the answer beside what the reply itself gives rise to. */
  readonly warnings: readonly Warning[];
  /** The body, where it was read already. */
  readonly bytes?: Uint8Array;
}

/**
 * A reply as events, one batch per network chunk that brought any. The last one is `finish`; a
 * reply that fails throws, with what had arrived.
 *
 * Not a generator: leaving has to end the call at once, also while a read is waiting.
 */
export class AnswerEvents implements AsyncIterableIterator<readonly AnswerEvent[], void> {
  readonly #upstream: Upstream;
  readonly #answer: AnswerReply;
  readonly #decoder: StreamDecoder;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #kind: BodyKind | undefined;
  #begun = false;
  #cause: unknown;
  #error: ProviderError | undefined;
  #primed: IteratorResult<readonly AnswerEvent[], void> | undefined;
  #over = false;

  constructor(upstream: Upstream, answer: AnswerReply) {
    this.#upstream = upstream;
    this.#answer = answer;
    this.#decoder = answer.decoder;
    this.#chunks = answer.bytes === undefined ? answer.reply.body[Symbol.asyncIterator]() : once(answer.bytes);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Reads up to the first events, which the iteration then gives. Throws what a reply that fails before them says. */
  async prime(): Promise<void> {
    this.#primed = await this.next();
  }

  async next(): Promise<IteratorResult<readonly AnswerEvent[], void>> {
    const primed = this.#primed;
    this.#primed = undefined;
    if (primed !== undefined) return primed;
    for (;;) {
      if (this.#error !== undefined) this.#throwHeld(this.#error);
      if (this.#over) return OVER;
      if (this.#decoder.ended) await this.#conclude();
      else {
        const batch = this.#accept(await this.#read());
        if (batch.length > 0) return { done: false, value: batch };
      }
    }
  }

  async return(): Promise<IteratorResult<readonly AnswerEvent[], void>> {
    this.#over = true;
    this.#error = undefined;
    this.#answer.reply.close();
    return OVER;
  }

  async #read(): Promise<readonly DecodedEvent[]> {
    try {
      const next = await this.#chunks.next();
      if (next.done === true) return this.#decoder.end();
      const events = this.#decoder.push(next.value);
      this.#noteContent(next.value);
      return events;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.#cause = error.cause;
      const { failure } = error;
      return failure.kind === "cancelled" ? [this.#decoder.fail(failure)] : this.#decoder.cut(failure);
    }
  }

  /** A document says nothing before it is whole, but its first byte shows that the server has begun. */
  #noteContent(bytes: Uint8Array): void {
    if (this.#begun) return;
    this.#kind ??= sniffBody(bytes);
    this.#begun = this.#decoder.contentSeen || this.#kind === "json";
    if (this.#begun) this.#answer.reply.body.contentSeen();
  }

  /** A failure is kept for the next step, so that the events before it are not lost. */
  #accept(events: readonly DecodedEvent[]): readonly AnswerEvent[] {
    const batch: AnswerEvent[] = [];
    for (const event of events) {
      if (event.type === "failure") this.#error = this.#errorOf(event);
      else if (event.type === "finish") batch.push({ type: "finish", response: this.#completed(event.response) });
      else batch.push(event);
      if (event.type === "start") batch.push(...this.#answer.warnings.map(warningEvent));
    }
    return batch;
  }

  #throwHeld(error: ProviderError): never {
    this.#error = undefined;
    this.#over = true;
    throw error;
  }

  async #conclude(): Promise<void> {
    const { reply } = this.#answer;
    await readRest(this.#chunks, this.#upstream.clock, () => reply.close());
    this.#over = true;
  }

  #errorOf({ failure, partial }: FailureEvent): ProviderError {
    this.#answer.reply.close();
    const { requestId } = this.#answer.reply;
    return this.#upstream.failures.error(failure, { partial, requestId, cause: this.#cause });
  }

  #completed(response: InferenceResponse): ProviderResponse {
    const { reply, startedMs, warnings } = this.#answer;
    return {
      ...response,
      warnings: [...warnings, ...response.warnings],
      provider: this.#upstream.settings.name,
      latencyMs: Math.round(this.#upstream.clock.now() - startedMs),
      ...(reply.requestId === undefined ? {} : { requestId: reply.requestId }),
    };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function warningEvent(warning: Warning): AnswerEvent {
  return { type: "warning", warning };
}

const OVER: IteratorResult<never, void> = { done: true, value: undefined };
