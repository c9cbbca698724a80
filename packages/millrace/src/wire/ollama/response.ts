import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { AnswerEncoding } from "../translation/codec.ts";
import { callPiece, doneReason, logprobList, timeText } from "./answer-form.ts";
import type { AnswerForm } from "./answer-form.ts";
import { writeMetrics } from "./metrics.ts";

/** A whole answer. The dialect has one choice, and one text for what the model says and what it refuses with. */
export function encodeResponse(response: InferenceResponse, options: AnswerEncoding, form: AnswerForm): JsonObject {
  const { model, created, usage, extra, choices } = response;
  const choice = choices.find(({ index }) => index === 0) ?? choices[0];
  const { text = "", refusal = "", reasoning, toolCalls = [], logprobs = {}, finishReason = "unknown" } = choice ?? {};
  const pieces = toolCalls.map(callPiece);
  const calls = pieces.flatMap((piece) => piece.calls ?? []);
  return {
    model: model || options.model,
    created_at: timeText(created ?? options.createdSec),
    ...form({
      text: [text, refusal, ...pieces.map((piece) => piece.text ?? "")].join(""),
      ...(reasoning !== undefined && { thinking: reasoning }),
      ...(calls.length > 0 && { calls }),
    }),
    ...logprobList(logprobs),
    done: true,
    done_reason: doneReason(finishReason),
    ...writeMetrics(usage, extra?.["timings"]),
  };
}
