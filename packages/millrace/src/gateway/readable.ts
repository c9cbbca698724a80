import type { Failure } from "../model/failure.ts";
import { ReplyFault } from "../wire/assembly/reply-fault.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { RefusalError } from "./refusal.ts";

/**
 * What a codec makes of a client's body. JSON is read to any depth, but a part of it that is kept as text is written,
 * and that needs a stack as deep.
 *
 * @throws {RefusalError} 400 for what cannot be read
 */
export function readable<Read extends object>(read: () => Read | Failure): Read {
  const given = withinDepth(read);
  if ("kind" in given) throw new RefusalError(given);
  return given;
}

/**
 * What comes of a client's body where nothing but its depth can be wrong.
 *
 * @throws {RefusalError} 400 for a body that is too deep
 */
export function withinDepth<Given>(read: () => Given): Given {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof ReplyFault)) throw cause;
    throw new RefusalError(failureOf("bad_request", "The request body is nested too deeply to be read"), { cause });
  }
}
