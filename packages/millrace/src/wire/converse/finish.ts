import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ChoiceEnd } from "../assembly/answer-choice.ts";
import { finishReasonOf } from "../assembly/finish-reasons.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { objectOf, stringOf } from "../json/read.ts";

/** Words of this API alone. */
const REASONS: Readonly<Record<string, FinishReason>> = { guardrail_intervened: "content_filter" };
/** The model wrote something that is no answer. */
const BROKEN: ReadonlySet<string> = new Set(["malformed_model_output", "malformed_tool_use"]);

/** Why an answer ended. `end` is the event or the reply that says so. */
export function endOf(end: JsonObject): ChoiceEnd {
  const raw = stringOf(end["stopReason"]) ?? "";
  if (BROKEN.has(raw)) {
    const message = `The model broke its answer off with stop reason "${raw}"`;
    throw new ReplyFault(failureOf("server", message, { details: { finish_reason: raw } }));
  }
  const fields = objectOf(end["additionalModelResponseFields"]);
  const stopSequence = stringOf(fields?.["stop_sequence"]) ?? stringOf(objectOf(fields?.["delta"])?.["stop_sequence"]);
  const reason = Object.hasOwn(REASONS, raw) ? REASONS[raw] : undefined;
  return { reason: reason ?? finishReasonOf(raw), raw, ...present({ stopSequence }) };
}
