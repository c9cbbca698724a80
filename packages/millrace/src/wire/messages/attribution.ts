import type { Change } from "../../model/change.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** How the line begins in which Claude Code says who it is, in front of its instructions. */
const ATTRIBUTION = "x-anthropic-billing-header:";

/** Instructions without the line that is another for each conversation. */
export function withoutAttribution(system: JsonField): { readonly system: JsonField; readonly change?: Change } {
  if (isArray(system)) {
    const [first, ...others] = system;
    return isAttribution(first) ? { system: others, change: leftOut("system[0]") } : { system };
  }
  if (typeof system !== "string" || !system.startsWith(ATTRIBUTION)) return { system };
  const end = system.indexOf("\n");
  return { system: end === -1 ? undefined : system.slice(end + 1).trimStart(), change: leftOut("system") };
}

function isAttribution(block: JsonValue | undefined): block is JsonObject {
  return isObject(block) && (stringOf(block["text"]) ?? "").startsWith(ATTRIBUTION);
}

function leftOut(field: string): Change {
  return { field, action: "dropped", reason: "it varies per conversation and would defeat the prompt cache" };
}
