import type { JsonValue } from "../../model/json.ts";
import { isArray } from "../../wire/json/read.ts";

/** The texts of a prompt or an input: one text, several, token ids, or several lists of them. Token ids are told as numbers. */
export function inputTexts(input: JsonValue): readonly string[] {
  if (!isArray(input)) return [textOf(input)];
  return typeof input[0] === "number" ? [textOf(input)] : input.map(textOf);
}

function textOf(input: JsonValue): string {
  return typeof input === "string" ? input : JSON.stringify(input);
}
