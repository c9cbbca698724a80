import type { JsonObject } from "../../model/json.ts";
import { arrayOf, stringOf } from "../json/read.ts";

/**
 * Turns of the model that follow one another as one, where thinking, text and calls then stand in the order in which
 * they stood. Other turns stay as they are.
 */
export function mergedTurns(messages: readonly JsonObject[]): readonly JsonObject[] {
  const merged: JsonObject[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last === undefined || !follows(message, last)) merged.push(message);
    else merged[merged.length - 1] = joined(last, message);
  }
  return merged;
}

function follows(next: JsonObject, last: JsonObject): boolean {
  if (next["role"] !== "assistant" || last["role"] !== "assistant") return false;
  if (arrayOf(last["images"]).length > 0 || arrayOf(next["images"]).length > 0) return false;
  const thinks = textOf(next, "thinking") !== "";
  const speaks = textOf(next, "content") !== "";
  if (arrayOf(last["tool_calls"]).length > 0) return !thinks && !speaks;
  return textOf(last, "content") === "" || !thinks;
}

function joined(last: JsonObject, next: JsonObject): JsonObject {
  const thinking = textOf(last, "thinking") + textOf(next, "thinking");
  const calls = [...arrayOf(last["tool_calls"]), ...arrayOf(next["tool_calls"])];
  return {
    ...last,
    ...next,
    content: textOf(last, "content") + textOf(next, "content"),
    ...(thinking !== "" && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function textOf(message: JsonObject, field: string): string {
  return stringOf(message[field]) ?? "";
}
