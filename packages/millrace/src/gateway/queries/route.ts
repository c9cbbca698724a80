import type { JsonObject } from "../../model/json.ts";
import type { Operation } from "../../providers/provider.ts";
import { identify } from "../credentials.ts";
import { DIALECTS } from "../dialects.ts";
import type { Exchange } from "../exchange.ts";
import { explanationOf } from "../explanation.ts";
import { isArray, isObject } from "../../wire/json/read.ts";
import { isResponsesBody } from "../../wire/responses/body-shape.ts";
import { RefusalError } from "../refusal.ts";
import { askedBody } from "./asked-body.ts";
import { lookUpRoute } from "./looked-up-route.ts";

type Asked = Pick<Exchange, "request" | "plan" | "catalog" | "live" | "gate">;

/**
 * Where this request would go if it were made now: a body of any operation, and nobody is called.
 *
 * @throws {RefusalError} what the request itself would be refused for before routing
 */
export async function explainRoute(asked: Asked): Promise<JsonObject> {
  const principal = identify(asked.request, asked.plan.keys);
  const { outline } = await askedBody(asked);
  const operation = operationOf(outline);
  const wrong = DIALECTS[operation].check(outline);
  if (wrong !== undefined) throw new RefusalError(wrong);
  const { question, decision, now } = await lookUpRoute(asked, { principal, operation, named: undefined, outline });
  return explanationOf(decision, { model: question.model, conversation: question.sessionKey }, now);
}

/** Told apart by the field that only one of them has; those whose model stands in the path cannot be asked about. */
function operationOf(body: JsonObject): Operation {
  if (isResponsesBody(body) && isArray(body["input"]) && body["input"].every(isObject)) return "responses";
  if (body["input"] !== undefined) return "embeddings";
  return body["prompt"] === undefined ? "chat-completions" : "completions";
}
