import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { arrayOf, objectOf } from "../../wire/json/read.ts";

/**
 * Parameters that a request can go without and still mean the same question. Only these are ever
 * dropped because a server refuses them; a refusal of anything else is the caller's to see.
 */
const OPTIONAL_PARAMETERS = [
  "stream_options",
  "parallel_tool_calls",
  "store",
  "metadata",
  "service_tier",
  "user",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "prediction",
  "verbosity",
  // A model that does not reason answers without.
  "think",
  // Vectors are read and given in the form that was asked for, however they come.
  "encoding_format",
] as const;

/** Two names for one parameter: where a server refuses one, the other is sent. */
const OTHER_NAME: Readonly<Record<string, string>> = {
  max_completion_tokens: "max_tokens",
  max_tokens: "max_completion_tokens",
};

/** The one nested parameter: `strict` of the tools. */
const STRICT = "strict";

/** How servers speak of a parameter that they do not name. */
const NAMELESS: Readonly<Record<string, RegExp>> = {
  encoding_format: /\bbase64\b/u,
  // Ollama, of a model: in quotes since version 0.20.
  think: /^(?:"[^"]+"|[^\s"']+) does not support thinking\b/mu,
};

/** How servers say that they do not know or do not take a parameter. */
const REFUSAL =
  /unsupported|not (?:\w+ )?support|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed|extra_forbidden|extra (?:fields|inputs)|additional propert|not recogni[sz]ed|invalid (?:argument|field|parameter) name|use 'max_/iu;

/** A way to send a refused request once more. */
export interface Remedy {
  readonly parameter: string;
  readonly action: "dropped" | "renamed";
  /** The name it is sent under instead, for `renamed`. */
  readonly to?: string;
}

/**
 * What could be left out or renamed so that the server takes the request, or nothing: then the
 * failure is the real answer. Only parameters that the body holds are considered.
 */
export function remediesFor(failure: Failure, body: JsonObject): readonly Remedy[] {
  const status = failure.upstream?.status ?? failure.status;
  if (status !== 400 && status !== 422) return [];
  if (failure.kind !== "bad_request" && failure.kind !== "unsupported") return [];
  const account = accountText(failure);
  if (!REFUSAL.test(account)) return [];
  const param = failure.param ?? failure.upstream?.param;
  const named = candidates(body).filter((name) => isNamed(name, param, account));
  return named.map(remedyFor);
}

/** The body with the remedy applied; the same reference when it has nothing to do. */
export function applyRemedy(body: JsonObject, remedy: Remedy): JsonObject {
  if (remedy.parameter === STRICT) return withoutStrict(body);
  const value = body[remedy.parameter];
  if (value === undefined) return body;
  const { [remedy.parameter]: _removed, ...rest } = body;
  if (remedy.to === undefined || rest[remedy.to] !== undefined) return rest;
  return { ...rest, [remedy.to]: value };
}

function remedyFor(parameter: string): Remedy {
  const to = OTHER_NAME[parameter];
  return to === undefined ? { parameter, action: "dropped" } : { parameter, action: "renamed", to };
}

function candidates(body: JsonObject): readonly string[] {
  const top = [...OPTIONAL_PARAMETERS, ...Object.keys(OTHER_NAME)].filter((name) => body[name] !== undefined);
  return withoutStrict(body) === body ? top : [...top, STRICT];
}

function accountText(failure: Failure): string {
  const { upstream } = failure;
  return [upstream?.message, upstream?.code, upstream?.type, upstream?.nested, failure.message]
    .filter((part) => part !== undefined)
    .join("\n");
}

/**
 * Whether the refusal is about this parameter. A name with an underscore cannot be an ordinary word;
 * one without has to be quoted, or stand as a path or after a colon ("supplied: store").
 */
function isNamed(name: string, param: string | undefined, account: string): boolean {
  if (param !== undefined && new RegExp(`(?:^|[.\\]])${name}$`, "u").test(param)) return true;
  if (NAMELESS[name]?.test(account) === true) return true;
  const pattern = name.includes("_") ? `\\b${name}\\b` : `['"\`.>\\]]${name}\\b|:\\s*${name}\\b|\\b${name}['"\`]`;
  return new RegExp(pattern, "u").test(account);
}

function withoutStrict(body: JsonObject): JsonObject {
  const tools = arrayOf(body["tools"]);
  const cleaned = tools.map((tool) => {
    const definition = objectOf(objectOf(tool)?.["function"]);
    if (definition?.["strict"] === undefined) return tool;
    const { strict: _removed, ...rest } = definition;
    return { ...objectOf(tool), function: rest };
  });
  return cleaned.every((tool, position) => tool === tools[position]) ? body : { ...body, tools: cleaned };
}
