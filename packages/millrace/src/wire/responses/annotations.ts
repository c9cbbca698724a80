import type { JsonObject } from "../../model/json.ts";
import { objectOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { wholeCitation } from "../translation/whole-citation.ts";

/**
 * Citations of an answer in this dialect; the model has those of web pages in the form of chat completions, with an object
 * of their own. Readers know four kinds and want all fields of each, so what other servers have besides, such as the
 * parsed files of OpenRouter, is left out.
 */
export function writeAnnotations(annotations: JsonField): readonly JsonObject[] {
  return objectsOf(annotations)
    .map(written)
    .filter((annotation) => annotation !== undefined);
}

function written(annotation: JsonObject): JsonObject | undefined {
  const type = stringOf(annotation["type"]) ?? "";
  return Object.hasOwn(WRITERS, type) ? WRITERS[type]?.(annotation) : undefined;
}

const WRITERS: Readonly<Record<string, (annotation: JsonObject) => JsonObject | undefined>> = {
  url_citation: ({ type: _known, url_citation: inner, ...flat }) => {
    const citation = objectOf(inner) ?? flat;
    return stringOf(citation["url"]) === undefined ? undefined : { type: "url_citation", ...wholeCitation(citation) };
  },
  file_citation: (annotation) => ofFile(annotation, ["filename", "index"]),
  container_file_citation: (annotation) => ofFile(annotation, ["container_id", "filename", "start_index", "end_index"]),
  file_path: (annotation) => ofFile(annotation, ["index"]),
};

/** Nothing where it does not say which file it is of. */
function ofFile(annotation: JsonObject, fields: readonly string[]): JsonObject | undefined {
  const id = stringOf(annotation["file_id"]);
  if (id === undefined) return undefined;
  const defaults: JsonObject = { container_id: "", filename: id, index: 0, start_index: 0, end_index: 0 };
  const missing = fields.filter((field) => (annotation[field] ?? null) === null);
  return { ...annotation, ...Object.fromEntries(missing.map((field) => [field, defaults[field] ?? null])) };
}

/** A citation of this dialect in the model's form. */
export function readAnnotation(annotation: JsonObject): JsonObject {
  const { type, ...citation } = annotation;
  return type === "url_citation" ? { type, url_citation: citation } : annotation;
}
