import type { JsonObject } from "../../model/json.ts";
import { numberOf, stringOf } from "../json/read.ts";

/**
 * A citation of a web page with everything that both of OpenAI's dialects have in one. Not every server gives a title or a
 * place, and readers that check what they read, such as the AI SDK, throw the whole answer away for one without.
 */
export function wholeCitation(citation: JsonObject): JsonObject {
  const url = stringOf(citation["url"]) ?? "";
  return {
    ...citation,
    url,
    title: stringOf(citation["title"]) ?? url,
    start_index: numberOf(citation["start_index"]) ?? 0,
    end_index: numberOf(citation["end_index"]) ?? 0,
  };
}
