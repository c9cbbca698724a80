import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, objectOf } from "../../wire/json/read.ts";
import type { JsonField } from "../../wire/json/read.ts";

/** Where a mark for the prompt cache may stand, in the dialects that have it; `*` is every member of a list. */
const CACHE_MARKS: readonly string[] = [
  "cache_control",
  "tools.*.cache_control",
  "system.*.cache_control",
  "messages.*.content.*.cache_control",
  "messages.*.content.*.content.*.cache_control",
];

/** Parameters that stand inside others and that a request can go without, and where they stand. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  strict: ["tools.*.function.strict", "tools.*.strict"],
  defer_loading: ["tools.*.defer_loading"],
  eager_input_streaming: ["tools.*.eager_input_streaming"],
  input_examples: ["tools.*.input_examples"],
  "output_config.effort": ["output_config.effort"],
  "reasoning.effort": ["reasoning.effort"],
  "reasoning.summary": ["reasoning.summary"],
  thinkingConfig: ["generationConfig.thinkingConfig", "generation_config.thinking_config"],
  thinkingLevel: ["generationConfig.thinkingConfig.thinkingLevel", "generation_config.thinking_config.thinking_level"],
  thinkingBudget: [
    "generationConfig.thinkingConfig.thinkingBudget",
    "generation_config.thinking_config.thinking_budget",
  ],
  cache_control: CACHE_MARKS,
  "cache_control.scope": CACHE_MARKS.map((mark) => `${mark}.scope`),
  "cache_control.ttl": CACHE_MARKS.map((mark) => `${mark}.ttl`),
};

/** The value of a parameter that stands in one place, at the top or nested. */
export function valueIn(body: JsonObject, parameter: string): JsonField {
  for (const place of PLACES[parameter] ?? [parameter]) {
    const value = place.split(".").reduce<JsonField>((holder, step) => objectOf(holder)?.[step], body);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Their names. */
export const NESTED_PARAMETERS: readonly string[] = Object.keys(PLACES);

/** The body without a nested parameter; the same reference where it does not hold it. */
export function withoutNested(body: JsonObject, parameter: string): JsonObject {
  let rest = body;
  for (const place of PLACES[parameter] ?? []) rest = objectWithout(rest, place.split("."));
  return rest;
}

function valueWithout(value: JsonValue, steps: readonly string[]): JsonValue {
  if (steps[0] === "*") return isArray(value) ? membersWithout(value, steps.slice(1)) : value;
  return isObject(value) ? objectWithout(value, steps) : value;
}

function membersWithout(list: readonly JsonValue[], steps: readonly string[]): readonly JsonValue[] {
  const cleaned = list.map((member) => valueWithout(member, steps));
  return cleaned.every((member, position) => member === list[position]) ? list : cleaned;
}

function objectWithout(object: JsonObject, [step = "", ...steps]: readonly string[]): JsonObject {
  const { [step]: value, ...rest } = object;
  if (value === undefined) return object;
  if (steps.length === 0) return rest;
  const cleaned = valueWithout(value, steps);
  if (cleaned === value) return object;
  // What held nothing else says nothing any more.
  return isObject(cleaned) && Object.keys(cleaned).length === 0 ? rest : { ...object, [step]: cleaned };
}
