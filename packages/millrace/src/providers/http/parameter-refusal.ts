import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Draft } from "./draft.ts";
import { effortRemedy, isEffort } from "./effort-refusal.ts";
import { isTakenElsewhere } from "./moved-requests.ts";
import { NESTED_PARAMETERS, withoutNested } from "./nested-parameters.ts";
import { refusedBetas } from "./refused-betas.ts";
import type { Remedy } from "./remedy.ts";

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
  "context_management",
  "speed",
  // A model that does not reason answers without.
  "think",
  "reasoning_effort",
  // Vectors are read and given in the form that was asked for, however they come.
  "encoding_format",
] as const;

/** Two names for one parameter: where a server refuses one, the other is sent. */
const OTHER_NAME: Readonly<Record<string, string>> = {
  max_completion_tokens: "max_tokens",
  max_tokens: "max_completion_tokens",
};

/** Ollama, of a model: in quotes since version 0.20. */
const NO_THINKING = /^(?:"[^"]+"|[^\s"']+) does not support thinking\b/mu;

/** How servers speak of a parameter in other ways than by its name. */
const OTHER_WORDS: Readonly<Record<string, RegExp>> = {
  encoding_format: /\bbase64\b/u,
  think: NO_THINKING,
  reasoning_effort: NO_THINKING,
  "reasoning.effort": NO_THINKING,
  // Google, of a model.
  thinkingLevel: /\bthinking[ _]level/iu,
  thinkingBudget: /\bthinking[ _]budget/iu,
  thinkingConfig: /\bthinking[ _]config\b(?!\.\w)/iu,
  "output_config.effort": /\boutput_config: |\beffort parameter\b/u,
};

/** How servers say that they do not know or do not take a parameter. */
const REFUSAL =
  /unsupported|not (?:\w+ )?support|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed|extra_forbidden|extra (?:fields|inputs)|additional propert|not recogni[sz]ed|invalid (?:argument|field|parameter) name|invalid beta flag|use 'max_/iu;

/**
 * What could be left out or renamed so that the server takes the request, or nothing: then the
 * failure is the real answer. Only parameters that the draft holds are considered.
 */
export function remediesFor(failure: Failure, draft: Draft): readonly Remedy[] {
  const status = failure.upstream?.status ?? failure.status;
  if (status !== 400 && status !== 422) return [];
  if (failure.kind !== "bad_request" && failure.kind !== "unsupported") return [];
  const account = accountText(failure);
  if (!REFUSAL.test(account) || isTakenElsewhere(account)) return [];
  const param = failure.param ?? failure.upstream?.param;
  const betas = refusedBetas(account, draft);
  // A beta is called after the field that it is about.
  if (betas.length > 0) return betas.map(remedyFor);
  const named = candidates(draft.body).filter((name) => isNamed(name, param, account));
  return named.map((name) => effortRemedy(name, draft.body, account) ?? remedyFor(name));
}

function remedyFor(parameter: string): Remedy {
  const to = OTHER_NAME[parameter];
  return to === undefined ? { parameter, action: "dropped" } : { parameter, action: "renamed", to };
}

function candidates(body: JsonObject): readonly string[] {
  const top = [...OPTIONAL_PARAMETERS, ...Object.keys(OTHER_NAME)].filter((name) => body[name] !== undefined);
  return [...top, ...NESTED_PARAMETERS.filter((name) => withoutNested(body, name) !== body)];
}

/** All that is said of the request, without what would have been taken instead. */
function accountText(failure: Failure): string {
  const { upstream } = failure;
  return [upstream?.message, upstream?.code, upstream?.type, upstream?.nested, failure.message]
    .filter((part) => part !== undefined)
    .map((part) => String(part).replaceAll(/,? expected (?:one of )?[`'"].*/gu, ""))
    .join("\n");
}

/**
 * Whether the refusal is about this parameter. A name with an underscore cannot be an ordinary word;
 * one without has to be quoted, or stand in a path, before a colon ("metadata: Extra inputs are not permitted") or
 * after one ("supplied: store").
 */
function isNamed(parameter: string, param: string | undefined, account: string): boolean {
  if (OTHER_WORDS[parameter]?.test(account) === true) return true;
  const name = parameter.slice(parameter.lastIndexOf(".") + 1);
  if (param !== undefined && new RegExp(`(?:^|[.\\]])${name}$`, "u").test(param)) return true;
  // What is refused of a model that reasons is refused with a word on its effort.
  if (param !== undefined && isEffort(parameter)) return parameter.startsWith(`${param}.`);
  return namePattern(name).test(account);
}

function namePattern(name: string): RegExp {
  // Not what stands inside of a mark, and not a mark where none may stand.
  if (name === "cache_control") return /(?<!thinking\.)\bcache_control\b(?!\.\w)/u;
  if (name.includes("_")) return new RegExp(`\\b${name}\\b`, "u");
  return new RegExp(`['"\`.>\\]]${name}\\b|:\\s*${name}\\b|\\b${name}['"\`]|^${name}[.:]`, "mu");
}
