import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import type { AnswerEncoding } from "../translation/codec.ts";
import { AnswerWriter } from "./answer-writer.ts";

/** A whole answer as a reply. */
export function encodeResponse(response: InferenceResponse, options: AnswerEncoding): JsonObject {
  const writer = new AnswerWriter(options);
  for (const event of eventsOf(response)) writer.add(event);
  return writer.take() ?? {};
}
