import type { JsonObject } from "../../model/json.ts";
import { stringOf } from "../../wire/json/read.ts";
import { nearestEffort } from "../../wire/translation/effort.ts";
import { valueIn } from "./nested-parameters.ts";
import type { Remedy } from "./remedy.ts";

/** Where requests say how much a model should reason, in OpenAI's dialects. */
const EFFORTS: ReadonlySet<string> = new Set(["reasoning_effort", "reasoning.effort"]);

/** Whether a parameter says how much a model should reason, in OpenAI's dialects. */
export function isEffort(parameter: string): boolean {
  return EFFORTS.has(parameter);
}

/**
 * What is done about a refusal of one effort, where others may be taken: the nearest of those that it names goes out
 * ("Supported values are: 'low', 'medium', and 'high'."), or none.
 */
export function effortRemedy(parameter: string, body: JsonObject, account: string): Remedy | undefined {
  const isOfOpenAI = isEffort(parameter);
  if (!isOfOpenAI && parameter !== "thinkingLevel") return undefined;
  const from = stringOf(valueIn(body, parameter));
  if (from === undefined) return undefined;
  const to = isOfOpenAI ? nearestEffort(from, supportedIn(account)) : undefined;
  if (to !== undefined && to !== from) return { parameter, action: "replaced", from, to };
  return names(account, from) ? { parameter, action: "dropped", from } : undefined;
}

function supportedIn(account: string): readonly string[] {
  const [, listed = ""] = /\bsupported values\b(.*)/iu.exec(account) ?? [];
  return [...listed.matchAll(/['"`](\w+)['"`]/gu)].map(([, word = ""]) => word);
}

/** Google has it in its sentence: "Thinking level MINIMAL is not supported", "THINKING_LEVEL_MINIMAL is unsupported". */
function names(account: string, effort: string): boolean {
  const text = account.toLowerCase();
  const word = effort.toLowerCase();
  return [`'${word}'`, `"${word}"`, `level ${word}`, `level_${word}`].some((named) => text.includes(named));
}
