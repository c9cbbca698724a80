import type { JsonObject } from "../../model/json.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** Citations of an answer in this dialect; the model has them in the form of chat completions, with an object of their own. */
export function writeAnnotations(annotations: JsonField): readonly JsonObject[] {
  return arrayOf(annotations)
    .filter(isObject)
    .map((annotation) => {
      const citation = objectOf(annotation["url_citation"]);
      if (annotation["type"] !== "url_citation" || citation === undefined) return annotation;
      const url = stringOf(citation["url"]) ?? "";
      // Readers of this dialect want all of these.
      return {
        ...citation,
        type: "url_citation",
        url,
        title: stringOf(citation["title"]) ?? url,
        start_index: numberOf(citation["start_index"]) ?? 0,
        end_index: numberOf(citation["end_index"]) ?? 0,
      };
    });
}

/** A citation of this dialect in the model's form. */
export function readAnnotation(annotation: JsonObject): JsonObject {
  const { type, ...citation } = annotation;
  return type === "url_citation" ? { type, url_citation: citation } : annotation;
}
