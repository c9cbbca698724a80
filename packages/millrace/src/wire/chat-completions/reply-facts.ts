import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { UsageReader } from "../assembly/usage.ts";
import { findError } from "../failure/account.ts";
import { arrayOf, isArray, isObject, objectOf, stringOf } from "../json/read.ts";

/** What a gateway keeps of a whole reply that it passes on. */
export interface ReplyFacts {
  readonly model: string;
  readonly rawFinishReason: string | null;
  readonly usage?: TokenUsage;
}

/** Reasons that are no failure. */
const ORDINARY_REASONS: ReadonlySet<JsonValue | undefined> = new Set([
  "stop",
  "length",
  "tool_calls",
  "content_filter",
]);

/**
 * The facts of a reply that is plainly in the reference's form; nothing where anything about it has to be looked at
 * more closely. Costs a tenth of decoding it.
 */
export function plainReplyFacts(value: JsonValue, costField: string | undefined): ReplyFacts | undefined {
  if (!isObject(value) || !isArray(value["choices"]) || value["choices"].length === 0) return undefined;
  if (findError(value) || !value["choices"].every(isPlainChoice)) return undefined;
  const model = stringOf(value["model"]);
  if (!model) return undefined;
  const usage = new UsageReader({ costField }).read(value);
  const reason = objectOf(value["choices"][0])?.["finish_reason"];
  return { model, rawFinishReason: stringOf(reason) ?? null, ...(usage && { usage }) };
}

function isPlainChoice(choice: JsonValue): boolean {
  const message = objectOf(objectOf(choice)?.["message"]);
  if (message === undefined || !ORDINARY_REASONS.has((choice as JsonObject)["finish_reason"])) return false;
  const { content } = message;
  const saysText = typeof content === "string" || content === null;
  return saysText && arrayOf(message["tool_calls"]).every(isPlainCall);
}

function isPlainCall(call: JsonValue): boolean {
  const { id, type, function: body } = objectOf(call) ?? {};
  const { name, arguments: text } = objectOf(body) ?? {};
  return type === "function" && [id, name].every((word) => Boolean(stringOf(word))) && typeof text === "string";
}
