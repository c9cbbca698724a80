/** Where a response is kept: an account at a provider. */
export interface ResponseHolder {
  /** The name of the provider. */
  readonly provider: string;
  /** Which of its keys it was asked with. */
  readonly credential: number;
}

const RESPONSES_MAX = 10_000;

/**
 * Who keeps the responses that were passed on, so that they can be asked for by id. One caller's ids mean nothing to
 * another. The oldest goes when there are too many.
 */
export class ResponseHolders {
  readonly #holders = new Map<string, ResponseHolder>();

  note(caller: string, id: string, holder: ResponseHolder): void {
    const key = keyOf(caller, id);
    this.#holders.delete(key);
    this.#holders.set(key, holder);
    if (this.#holders.size <= RESPONSES_MAX) return;
    const [oldest] = this.#holders.keys();
    if (oldest !== undefined) this.#holders.delete(oldest);
  }

  of(caller: string, id: string): ResponseHolder | undefined {
    return this.#holders.get(keyOf(caller, id));
  }
}

/** One text for both, whatever is in them. */
function keyOf(caller: string, id: string): string {
  return JSON.stringify([caller, id]);
}
