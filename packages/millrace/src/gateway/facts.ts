import type { JsonObject, JsonValue } from "../model/json.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { isObject } from "../wire/json/read.ts";
import type { Exchange, Facts } from "./exchange.ts";
import { OWN_FIELD } from "./own-field.ts";
import type { ClientRequest } from "./ports.ts";
import { RefusalError } from "./refusal.ts";
import { readPreferences, ROUTE_HEADER } from "./routing/read-preferences.ts";
import { sessionKeyOf } from "./session-key.ts";

/** A model's name stands in headers, logs and the record ring, so it must not be a whole document. */
const MODEL_CHARS_MAX = 512;

/**
 * What a body and its headers ask for.
 *
 * @throws {RefusalError} 400 for a model or preferences that mean nothing
 */
export function factsOf(
  json: JsonObject,
  request: Pick<ClientRequest, "headers">,
  { dialect, named }: Pick<Exchange, "dialect" | "named">,
): Facts {
  const options = json["stream_options"];
  const wishes = readPreferences(json[OWN_FIELD], request.headers[ROUTE_HEADER]);
  if ("failure" in wishes) throw new RefusalError(wishes.failure);
  const model = modelIn(named?.model ?? json["model"]);
  return {
    model: dialect.modelName?.(model) ?? model,
    stream: named?.stream ?? (dialect.streamsByDefault ? json["stream"] !== false : json["stream"] === true),
    wantsUsage: isObject(options) && options["include_usage"] === true,
    sessionKey: sessionKeyOf(request, json),
    preferences: wishes.preferences,
  };
}

function modelIn(model: JsonValue | undefined): string {
  if (typeof model !== "string" || model.trim() === "") {
    throw badModel("`model` is missing. Name the model that is to answer; GET /v1/models lists them.");
  }
  if (model.length > MODEL_CHARS_MAX) {
    throw badModel(`\`model\` has ${model.length} characters; a model's name has at most ${MODEL_CHARS_MAX}.`);
  }
  if (/[\p{Control}\p{Surrogate}]/u.test(model)) {
    throw badModel("`model` holds a control character. Send the name as GET /v1/models lists it.");
  }
  return model;
}

function badModel(message: string): RefusalError {
  return new RefusalError(failureOf("bad_request", message, { fault: "client", param: "model" }));
}
