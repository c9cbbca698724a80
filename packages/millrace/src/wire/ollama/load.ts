import type { JsonObject } from "../../model/json.ts";
import { stringOf } from "../json/read.ts";
import { timeText } from "./answer-form.ts";
import type { AnswerForm } from "./answer-form.ts";
import { asksNothing } from "./request.ts";

/**
 * The reply to a request that asks nothing, which is how clients load a model and, with `keep_alive: 0`, let go of it;
 * nothing for one that asks something. For models whose servers see to that themselves there is nothing to do.
 */
export function replyToNothing(asked: JsonObject, createdSec: number, form: AnswerForm): JsonObject | undefined {
  if (!asksNothing(asked)) return undefined;
  const { keep_alive: keepAlive } = asked;
  const letsGo = keepAlive === 0 || (typeof keepAlive === "string" && /^0[a-z]*$/.test(keepAlive));
  return {
    model: stringOf(asked["model"]) ?? "",
    created_at: timeText(createdSec),
    ...form({}),
    done: true,
    done_reason: letsGo ? "unload" : "load",
  };
}
