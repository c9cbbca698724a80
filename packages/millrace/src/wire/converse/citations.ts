import type { JsonObject } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { objectOf, stringOf } from "../json/read.ts";

/** The part of the answer's text that something was cited for. */
export interface CitedText {
  readonly start: number;
  readonly end: number;
}

/** A citation as a field of the choice: one of a web page as chat completions have it, any other as it came. */
export function citationFields(citation: JsonObject, { start, end }: CitedText): JsonObject {
  const place = { start_index: start, end_index: end };
  const url = stringOf(objectOf(objectOf(citation["location"])?.["web"])?.["url"]);
  if (url === undefined) return { citations: [{ ...citation, ...place }] };
  const page = { url, ...present({ title: stringOf(citation["title"]) }), ...place };
  return { annotations: [{ type: "url_citation", url_citation: page }] };
}
