import type { JsonObject } from "../../model/json.ts";
import { objectOf, stringOf } from "../../wire/json/read.ts";
import { nearestEffort } from "../../wire/translation/effort.ts";
import type { Remedy } from "./remedy.ts";

/** Where requests say how much a model should reason. */
const EFFORTS: ReadonlySet<string> = new Set(["reasoning_effort", "reasoning.effort"]);

/** Whether a parameter says how much a model should reason. */
export function isEffort(parameter: string): boolean {
  return EFFORTS.has(parameter);
}

/** The nearest effort that the model takes, where a refusal names those: "Supported values are: 'low', 'medium', and 'high'." */
export function effortRemedy(parameter: string, body: JsonObject, account: string): Remedy | undefined {
  const from = isEffort(parameter) ? effortIn(body, parameter) : undefined;
  const to = from === undefined ? undefined : nearestEffort(from, supportedIn(account));
  if (from === undefined || to === undefined || to === from) return undefined;
  return { parameter, action: "replaced", from, to };
}

function effortIn(body: JsonObject, parameter: string): string | undefined {
  const [field = "", inner] = parameter.split(".");
  return stringOf(inner === undefined ? body[field] : objectOf(body[field])?.[inner]);
}

function supportedIn(account: string): readonly string[] {
  const [, listed = ""] = /\bsupported values\b(.*)/iu.exec(account) ?? [];
  return [...listed.matchAll(/['"`](\w+)['"`]/gu)].map(([, word = ""]) => word);
}
