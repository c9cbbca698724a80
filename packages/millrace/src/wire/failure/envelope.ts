import type { JsonValue } from "../../model/json.ts";
import { isObject } from "../json/read.ts";

/**
 * The reply itself, where a gateway wrapped it as `{"success": true, "data": {…}}`; any other value as
 * it is.
 */
export function unwrapEnvelope(value: JsonValue): JsonValue {
  if (!isObject(value) || value["success"] !== true) return value;
  const { data } = value;
  return isObject(data) ? data : value;
}
