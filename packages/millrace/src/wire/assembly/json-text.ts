import type { JsonValue } from "../../model/json.ts";
import { failureOf } from "../failure/kinds.ts";
import { ReplyFault } from "./reply-fault.ts";

/**
 * A part of a reply as JSON text. Throws a {@link ReplyFault} where it is nested so deeply that
 * writing it would overflow the stack, which reading it does not.
 */
export function jsonText(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ReplyFault(failureOf("protocol", "The model server sent JSON that is nested too deeply to be passed on"));
  }
}
