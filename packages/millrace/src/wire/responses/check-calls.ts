import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { refuse } from "../assembly/request-checks.ts";
import { stringOf } from "../json/read.ts";
import { itemType } from "./input-list.ts";
import type { Item } from "./types.ts";

const CALLS: ReadonlySet<string> = new Set(["function_call", "custom_tool_call"]);
const OUTPUTS: ReadonlySet<string> = new Set(["function_call_output", "custom_tool_call_output"]);

/** Finds results of calls that nobody made, and calls without a result although the conversation went on. */
export function checkCalls(body: JsonObject, items: readonly Item[]): Failure | undefined {
  const calls = callIds(items, CALLS);
  const outputs = callIds(items, OUTPUTS);
  return (holdsAll(body, items) ? orphanedOutput(items, calls) : undefined) ?? openCall(items, outputs);
}

/** Whether no part of the conversation is kept elsewhere. */
function holdsAll(body: JsonObject, items: readonly Item[]): boolean {
  const isKept = ["previous_response_id", "conversation", "prompt"].some((name) => (body[name] ?? null) !== null);
  return !isKept && !items.some((item) => itemType(item) === "item_reference" || itemType(item) === "compaction");
}

function callIds(items: readonly Item[], types: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(items.flatMap((item) => (types.has(itemType(item)) ? [stringOf(item["call_id"]) ?? ""] : [])));
}

/** An output that names its tool stands for itself: Codex begins the conversation of a helper with one. */
function orphanedOutput(items: readonly Item[], calls: ReadonlySet<string>): Failure | undefined {
  const index = items.findIndex(
    (item) => OUTPUTS.has(itemType(item)) && !calls.has(stringOf(item["call_id"]) ?? "") && !stringOf(item["name"]),
  );
  if (index === -1) return undefined;
  const path = `input[${index}].call_id`;
  return refuse(path, `No tool call found for the output with call_id ${JSON.stringify(items[index]?.["call_id"])}`);
}

function openCall(items: readonly Item[], outputs: ReadonlySet<string>): Failure | undefined {
  const lastTurn = items.findLastIndex((item) => itemType(item) === "message" && item["role"] === "user");
  const index = items.findIndex(
    (item, at) => at < lastTurn && CALLS.has(itemType(item)) && !outputs.has(stringOf(item["call_id"]) ?? ""),
  );
  if (index === -1) return undefined;
  const path = `input[${index}].call_id`;
  return refuse(path, `No tool output found for the call with call_id ${JSON.stringify(items[index]?.["call_id"])}`);
}
