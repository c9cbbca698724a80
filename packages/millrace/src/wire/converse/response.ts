import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { AnswerAssembly } from "../assembly/answer-assembly.ts";
import { noAnswer } from "../assembly/stream-body.ts";
import type { ReadDocument } from "../assembly/stream-body.ts";
import { reportedFailure } from "../failure/classify.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { ContentReader } from "./content-reader.ts";
import { endOf } from "./finish.ts";
import { converseUsage } from "./usage.ts";

/** A whole reply as the document that it is, or what is wrong with it. */
export function readConverseDocument(value: JsonValue, wallNowMs: () => number): ReadDocument {
  const failure = reportedFailure(value, wallNowMs);
  if (failure) return { failure };
  if (isObject(value) && isArray(messageOf(value)?.["content"])) return { document: value };
  return noAnswer("holds no message; check that it speaks Bedrock's Converse API");
}

/** Puts a document that was found good into the answer. */
export function readWhole(document: JsonObject, answer: AnswerAssembly, content: ContentReader): void {
  for (const [index, block] of arrayOf(messageOf(document)?.["content"]).entries()) {
    if (isObject(block)) content.whole(index, block);
  }
  const usage = usageOf(document);
  if (usage) answer.usage(usage);
  const fields = replyFields(document);
  if (fields) answer.fields(fields);
  answer.finish(endOf(document));
}

/** The token counts of a whole reply or of a stream's last event. */
export function usageOf(reply: JsonObject): TokenUsage | undefined {
  const usage = objectOf(reply["usage"]);
  return usage && converseUsage(usage);
}

/** What else is known of the reply. */
export function replyFields(reply: JsonObject): JsonObject | undefined {
  const fields = present({
    service_tier: stringOf(objectOf(reply["serviceTier"])?.["type"]),
    metrics: reply["metrics"],
    performanceConfig: reply["performanceConfig"],
    trace: reply["trace"],
  });
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function messageOf(document: JsonObject): JsonObject | undefined {
  return objectOf(objectOf(document["output"])?.["message"]);
}
