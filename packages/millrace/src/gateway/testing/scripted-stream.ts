/** A step of a stream: a piece, an error, or waiting until somebody says so. */
export type StreamStep<T> = T | Error | Promise<unknown>;

/**
 * An upstream's stream, step by step. Like the real ones it gives a piece only when asked, and returning
 * from it takes effect at once, also while a piece is awaited.
 */
export class ScriptedStream<T extends object> implements AsyncIterable<T> {
  readonly #steps: StreamStep<T>[];
  #asked = 0;
  #returned = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(steps: readonly StreamStep<T>[]) {
    this.#steps = [...steps];
  }

  /** How many pieces were asked for. */
  get asked(): number {
    return this.#asked;
  }

  /** Whether the reader left before the end. */
  get returned(): boolean {
    return this.#returned;
  }

  /** Whether nothing more can come of it: it was read to its end, it broke, or its reader left. */
  get over(): boolean {
    return this.#returned || this.#ended;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#returned = true;
        this.#wake?.();
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<IteratorResult<T>> {
    this.#asked += 1;
    for (;;) {
      const step = this.#returned ? undefined : this.#steps.shift();
      this.#ended = step === undefined || step instanceof Error;
      if (step === undefined) return { done: true, value: undefined };
      if (step instanceof Error) throw step;
      if (!(step instanceof Promise)) return { done: false, value: step };
      await Promise.race([step, new Promise<void>((resolve) => (this.#wake = resolve))]);
    }
  }
}

/** A step that never comes by itself. */
export const NEVER: Promise<never> = new Promise(() => {});
