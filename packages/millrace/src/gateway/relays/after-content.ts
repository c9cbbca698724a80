import type { Failure } from "../../model/failure.ts";

/** The same failure, marked as one that came after content. */
export function afterContent(failure: Failure): Failure {
  return failure.partial === true ? failure : { ...failure, partial: true };
}
