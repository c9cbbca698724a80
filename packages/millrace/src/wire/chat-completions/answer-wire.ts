import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { isArray, isObject, objectOf } from "../json/read.ts";
import { MESSAGE_BOUNDS } from "../translation/message-bounds.ts";
import { wholeCitation } from "../translation/whole-citation.ts";

/** What the dialect calls a finish reason. It has no word for an unknown one. */
export function wireFinishReason(reason: FinishReason): string {
  return reason === "unknown" ? "stop" : reason;
}

/**
 * Fields of an answer without a name here, put back in their places: those of the message, and those
 * of the choice around it.
 */
export function splitExtra(extra: JsonObject | undefined): { message: JsonObject; choice: JsonObject } {
  const { [MESSAGE_BOUNDS]: _oneMessageHere, ...fields } = extra ?? {};
  const { choice, ...message } = fields;
  if (isObject(choice)) return { message: withWholeCitations(message), choice };
  return { message: withWholeCitations(fields), choice: {} };
}

function withWholeCitations(message: JsonObject): JsonObject {
  const { annotations } = message;
  return isArray(annotations) ? { ...message, annotations: annotations.map(wholeAnnotation) } : message;
}

function wholeAnnotation(annotation: JsonValue): JsonValue {
  const citation = objectOf(objectOf(annotation)?.["url_citation"]);
  return citation === undefined ? annotation : { ...objectOf(annotation), url_citation: wholeCitation(citation) };
}

/**
 * The server's own usage object, with the dialect's names added where the server used others. Its own
 * fields stay as they are.
 */
export function wireUsage(usage: TokenUsage): JsonObject {
  const { raw, promptTokens, completionTokens, totalTokens, cacheReadTokens, reasoningTokens } = usage;
  return {
    ...(promptTokens !== undefined && { prompt_tokens: promptTokens }),
    ...(completionTokens !== undefined && { completion_tokens: completionTokens }),
    ...(totalTokens !== undefined && { total_tokens: totalTokens }),
    ...(isForeign(raw) ? {} : raw),
    ...detail(raw, "prompt_tokens_details", "cached_tokens", cacheReadTokens),
    ...detail(raw, "completion_tokens_details", "reasoning_tokens", reasoningTokens),
  };
}

/** Counts by the names of another dialect, which say nothing to clients of this one. */
function isForeign(raw: JsonObject): boolean {
  return FOREIGN_COUNTS.some((name) => name in raw) && !("prompt_tokens" in raw);
}

const FOREIGN_COUNTS = ["inputTokens", "promptTokenCount", "prompt_eval_count"] as const;

function detail(raw: JsonObject, group: string, name: string, value: number | undefined): JsonObject {
  return value === undefined ? {} : { [group]: { [name]: value, ...objectOf(raw[group]) } };
}
