import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";

/** What the scripts of `scripts.ts` say, written down again by hand, and in the pieces that its tokens make. */
export const HELLO = "Hello! I am a tiny scripted model. Grüße, 世界 👋🏽. Bye now.";
export const HELLO_PIECES: readonly string[] = [
  "Hell",
  "o! I",
  " am ",
  "a ti",
  "ny s",
  "crip",
  "ted ",
  "mode",
  "l. G",
  "rüße",
  ", 世界",
  " 👋🏽.",
  " Bye",
  " now.",
];

export const ADA = '{"name": "Ada", "age": 36}';
export const ADA_PIECES: readonly string[] = ['{"n', 'ame":', ' "Ad', 'a", ', '"age', '": 3', "6}"];

export const WEATHER_MARKUP =
  '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris", "unit": "celsius"}}\n</tool_call>';

/** A question that any server answers with the first script. */
export const QUESTION: JsonObject = { model: "tiny", messages: [{ role: "user", content: "<|say:hello|>" }] };

/** Counts of a prompt and its answer. */
export function counted(
  promptTokens: number,
  completionTokens: number,
): {
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number; readonly totalTokens: number };
} {
  return { usage: { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens } };
}

/** How many of the prompt's tokens that server had in its cache. */
export function cached(cacheReadTokens: number): { readonly usage: { readonly cacheReadTokens: number } } {
  return { usage: { cacheReadTokens } };
}
