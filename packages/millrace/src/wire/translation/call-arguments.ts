import type { JsonObject } from "../../model/json.ts";
import { parseJson } from "../json/parse.ts";
import { objectOf } from "../json/read.ts";

/** The arguments of a call as the object that they write, an empty one where they are empty; nothing where they are none. */
export function argumentsObject(text: string): JsonObject | undefined {
  if (text.trim() === "") return {};
  const parsed = parseJson(text);
  return parsed.ok && !parsed.trailing ? objectOf(parsed.value) : undefined;
}
