import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { refuse } from "../assembly/request-checks.ts";
import { arrayOf, isObject, objectsOf, stringOf } from "../json/read.ts";

/** A call, or the result of one, in a conversation. */
interface Place {
  readonly id: string;
  readonly message: number;
  readonly block: number;
}

/**
 * Finds results of calls that nobody made, and calls without a result although the user went on. It is told in Anthropic's
 * own words: clients that know them mend the conversation.
 */
export function checkCalls(body: JsonObject): Failure | undefined {
  const messages = objectsOf(body["messages"]);
  const calls = placesOf(messages, "tool_use", "id");
  const results = placesOf(messages, "tool_result", "tool_use_id");
  return orphanedResult(results, calls) ?? openCall(messages, calls, results);
}

function placesOf(messages: readonly JsonObject[], type: string, field: string): readonly Place[] {
  return messages.flatMap(({ content }, message) =>
    arrayOf(content).flatMap((block, at): readonly Place[] => {
      if (!isObject(block) || block["type"] !== type) return [];
      return [{ id: stringOf(block[field]) ?? "", message, block: at }];
    }),
  );
}

function orphanedResult(results: readonly Place[], calls: readonly Place[]): Failure | undefined {
  const firstCalls = new Map(calls.toReversed().map((call) => [call.id, call.message]));
  const orphan = results.find(({ id, message }) => (firstCalls.get(id) ?? Infinity) >= message);
  if (orphan === undefined) return undefined;
  const path = `messages.${orphan.message}.content.${orphan.block}`;
  return refuse(
    `${path}.tool_use_id`,
    `${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan.id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
  );
}

function openCall(
  messages: readonly JsonObject[],
  calls: readonly Place[],
  results: readonly Place[],
): Failure | undefined {
  const answered = new Set(results.map(({ id }) => id));
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  const open = calls.find(({ id, message }) => message < lastUser && !answered.has(id));
  if (open === undefined) return undefined;
  const path = `messages.${open.message}`;
  return refuse(
    `${path}.content.${open.block}`,
    `${path}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.id}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}
