import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, isArray, isObject } from "../json/read.ts";
import { isReasoningBlock } from "./reasoning-blocks.ts";

/** Whether the assistant has begun to answer since the user last spoke, and none of it is its own thoughts. */
export function lacksThoughts(turns: readonly JsonValue[]): boolean {
  const objects = turns.filter(isObject);
  const spoke = objects.findLastIndex(isSaidByUser);
  const begun = objects.slice(spoke + 1).filter(({ role }) => role === "assistant");
  return begun.length > 0 && !begun.some(hasThoughts);
}

/** Results of calls are no words of the user's. */
function isSaidByUser({ role, content }: JsonObject): boolean {
  if (role !== "user") return false;
  return !isArray(content) || !content.every((block) => isObject(block) && block["type"] === "tool_result");
}

function hasThoughts({ content }: JsonObject): boolean {
  return arrayOf(content).some((block) => isObject(block) && isReasoningBlock(block));
}
