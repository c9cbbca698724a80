import type { JsonObject } from "../../model/json.ts";

/** The process answers. That is all it says: no provider is asked, no key is needed. */
export function health(): JsonObject {
  return { status: "ok" };
}
