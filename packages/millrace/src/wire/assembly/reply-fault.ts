import type { Failure } from "../../model/failure.ts";

/**
 * A reply cannot be assembled any further. Thrown inside a codec, where the reason is found, and
 * turned into the reply's failure by the decoder that owns it; it never leaves the wire layer.
 */
export class ReplyFault extends Error {
  override readonly name = "ReplyFault";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
