import type { JsonObject } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { objectOf, objectsOf, stringOf } from "../json/read.ts";

/** Where in the whole text the text block stands that a citation belongs to. */
export interface CitedSpan {
  readonly start: number;
  readonly end: number;
}

/** A citation as fields of the answer: of a page in the form of chat completions, of anything else in its own. */
export function fieldsOfCitation(citation: JsonObject, { start, end }: CitedSpan): JsonObject {
  const url = stringOf(citation["url"]) ?? stringOf(citation["source"]);
  if (url === undefined) return { citations: [citation] };
  const page = {
    url,
    title: stringOf(citation["title"]) ?? url,
    start_index: start,
    end_index: end,
    ...present({
      content: stringOf(citation["cited_text"]),
      encrypted_index: stringOf(citation["encrypted_index"]),
    }),
  };
  return { annotations: [{ type: "url_citation", url_citation: page }] };
}

/** The citations among the fields of an answer, as its readers want them: none of these may be missing. */
export function citationsIn({ annotations, citations }: JsonObject): readonly JsonObject[] {
  return [...objectsOf(annotations).flatMap(pageCitation), ...objectsOf(citations).filter(isOwn)];
}

function pageCitation(annotation: JsonObject): readonly JsonObject[] {
  const page = objectOf(annotation["url_citation"]);
  const url = stringOf(page?.["url"]);
  if (page === undefined || url === undefined) return [];
  return [
    {
      type: "web_search_result_location",
      url,
      title: stringOf(page["title"]) ?? url,
      cited_text: stringOf(page["content"]) ?? "",
      encrypted_index: stringOf(page["encrypted_index"]) ?? "",
    },
  ];
}

function isOwn({ type }: JsonObject): boolean {
  return typeof type === "string" && type.endsWith("_location");
}
