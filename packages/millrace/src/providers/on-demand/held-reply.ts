import type { ForwardBody, ForwardReply } from "../provider.ts";
import type { ServerUse } from "./server-use.ts";

/** The reply, which uses its server until its body has been read, has failed, or was left. */
export function heldReply(reply: ForwardReply, use: ServerUse): ForwardReply {
  const { body } = reply;
  if (body.kind === "byte-stream" || body.kind === "event-stream") return { ...reply, body: heldBody(body, use) };
  use.release();
  return reply;
}

type Streaming = Extract<ForwardBody, { readonly kind: "byte-stream" | "event-stream" }>;

function heldBody(body: Streaming, use: ServerUse): ForwardBody {
  return body.kind === "byte-stream"
    ? { ...body, bytes: new HeldIteration(body.bytes, use) }
    : { ...body, events: new HeldIteration(body.events, use) };
}

/** Not a generator: leaving has to end the call at once, also while a read is waiting. */
class HeldIteration<T> implements AsyncIterableIterator<T, void> {
  readonly #inner: AsyncIterator<T>;
  readonly #use: ServerUse;

  constructor(inner: AsyncIterable<T>, use: ServerUse) {
    this.#inner = inner[Symbol.asyncIterator]();
    this.#use = use;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, void>> {
    return this.#inner.next().then(this.#given, this.#failed);
  }

  readonly #given = (step: IteratorResult<T, void>): IteratorResult<T, void> => {
    if (step.done === true) this.#use.release();
    return step;
  };

  readonly #failed = (error: unknown): never => {
    this.#use.release();
    throw error;
  };

  async return(): Promise<IteratorResult<T, void>> {
    try {
      await this.#inner.return?.();
    } finally {
      this.#use.release();
    }
    return { done: true, value: undefined };
  }
}
