import type { JsonObject } from "../../model/json.ts";
import type { Draft } from "./draft.ts";
import { NESTED_PARAMETERS, withoutNested } from "./nested-parameters.ts";
import { isBeta, withoutBeta } from "./refused-betas.ts";

/** A way to send a refused request once more. */
export interface Remedy {
  /** The name of a field of the body, or `anthropic-beta.NAME`: one of the caller's betas, wherever it stands. */
  readonly parameter: string;
  readonly action: "dropped" | "renamed";
  /** The name it is sent under instead, for `renamed`. */
  readonly to?: string;
}

/** The draft with the remedy applied; the same reference when it has nothing to do. */
export function applyRemedy(draft: Draft, remedy: Remedy): Draft {
  if (isBeta(remedy.parameter)) return withoutBeta(draft, remedy.parameter);
  const body = remediedBody(draft.body, remedy);
  return body === draft.body ? draft : { ...draft, body };
}

function remediedBody(body: JsonObject, { parameter, to }: Remedy): JsonObject {
  if (NESTED_PARAMETERS.includes(parameter)) return withoutNested(body, parameter);
  const value = body[parameter];
  if (value === undefined) return body;
  const { [parameter]: _removed, ...rest } = body;
  if (to === undefined || rest[to] !== undefined) return rest;
  return { ...rest, [to]: value };
}
