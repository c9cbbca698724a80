/**
 * The lifetime of one call: a signal that fires when the caller or the provider ends it, and the
 * listeners that make it so, which are gone when the call is over.
 */
export class CallLease {
  readonly #abort = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #onEnd: (lease: CallLease) => void;
  readonly #cancel: () => void;
  #ended = false;

  constructor(sources: readonly AbortSignal[], onEnd: (lease: CallLease) => void) {
    this.#sources = sources;
    this.#onEnd = onEnd;
    this.#cancel = () => this.cancel();
    for (const source of sources) source.addEventListener("abort", this.#cancel, { once: true });
    if (sources.some((source) => source.aborted)) this.cancel();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort.abort();
  }

  /** The call is over. Safe to call twice. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const source of this.#sources) source.removeEventListener("abort", this.#cancel);
    this.#onEnd(this);
  }
}
