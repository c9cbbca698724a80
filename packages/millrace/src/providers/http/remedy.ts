import type { JsonObject } from "../../model/json.ts";
import { objectOf } from "../../wire/json/read.ts";
import type { Draft } from "./draft.ts";
import { NESTED_PARAMETERS, valueIn, withoutNested } from "./nested-parameters.ts";
import { isBeta, withoutBeta } from "./refused-betas.ts";

/** A way to send a refused request once more. */
export interface Remedy {
  /** The name of a field of the body, or `anthropic-beta.NAME`: one of the caller's betas, wherever it stands. */
  readonly parameter: string;
  readonly action: "dropped" | "renamed" | "replaced";
  /** The value that is refused, where others are not; always for `replaced`. */
  readonly from?: string;
  /** The name it is sent under instead, for `renamed`, or the value. */
  readonly to?: string;
}

/** The draft with the remedy applied; the same reference when it has nothing to do. */
export function applyRemedy(draft: Draft, remedy: Remedy): Draft {
  if (isBeta(remedy.parameter)) return withoutBeta(draft, remedy.parameter);
  const body = remediedBody(draft.body, remedy);
  return body === draft.body ? draft : { ...draft, body };
}

function remediedBody(body: JsonObject, { parameter, action, from, to }: Remedy): JsonObject {
  if (from !== undefined && valueIn(body, parameter) !== from) return body;
  if (action === "replaced") return to === undefined ? body : withValue(body, parameter.split("."), to);
  if (NESTED_PARAMETERS.includes(parameter)) return withoutNested(body, parameter);
  const value = body[parameter];
  if (value === undefined) return body;
  const { [parameter]: _removed, ...rest } = body;
  if (to === undefined || rest[to] !== undefined) return rest;
  return { ...rest, [to]: value };
}

function withValue(body: JsonObject, [field = "", inner]: readonly string[], value: string): JsonObject {
  return { ...body, [field]: inner === undefined ? value : { ...objectOf(body[field]), [inner]: value } };
}
