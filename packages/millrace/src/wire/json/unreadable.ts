/** Why a large document cannot be read. */
export type Unreadable =
  /** It is no JSON, or no object. */
  | "malformed"
  /** A large value is nested too deeply in others, or a number has no end. */
  | "too-deep"
  /** Its values take too much memory. */
  | "too-many-values"
  /** An object has too many fields. */
  | "too-many-fields";

/** A large document cannot be read. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  readonly why: Unreadable;

  constructor(why: Unreadable, options: { readonly cause?: unknown } = {}) {
    super(`The document is ${why}`, options);
    this.why = why;
  }
}
