/** Half of a surrogate pair that stands alone; JavaScript's `u` flag sees whole pairs as one character. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const REPLACEMENT = "\uFFFD";

/**
 * One growing text of a stream. What it gives is always valid Unicode: servers that slice text by
 * UTF-16 units send a pair in two deltas, so a trailing high half waits for its other half.
 */
export class DeltaText {
  readonly #cumulative: boolean;
  #heldHalf = "";
  #whole = "";

  /** `cumulative`: each delta is the whole text so far. */
  constructor(options: { readonly cumulative: boolean }) {
    this.#cumulative = options.cumulative;
  }

  /** What this delta adds, or `""` while nothing can be given yet. */
  push(delta: string): string {
    const text = this.#heldHalf + (this.#cumulative ? this.#addition(delta) : delta);
    this.#heldHalf = "";
    if (text === "") return "";
    if (!isHighHalf(text.charCodeAt(text.length - 1))) return wellFormed(text);
    this.#heldHalf = text.slice(-1);
    return wellFormed(text.slice(0, -1));
  }

  /** The text is over: half a character that is still waiting becomes U+FFFD. */
  end(): string {
    const rest = this.#heldHalf === "" ? "" : REPLACEMENT;
    this.#heldHalf = "";
    return rest;
  }

  #addition(whole: string): string {
    const addition = whole.startsWith(this.#whole) ? whole.slice(this.#whole.length) : whole;
    this.#whole = whole;
    return addition;
  }
}

function isHighHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function wellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? text.replace(LONE_SURROGATES, REPLACEMENT) : text;
}
