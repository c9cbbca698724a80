import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, numberOf, objectOf, stringOf } from "../../wire/json/read.ts";

/** The value at a path such as `meta.n_ctx`. A star stands for any one name that leads on. */
export function fieldAt(document: JsonValue | undefined, path: string): JsonValue | undefined {
  const [before, after] = path.split(".*.", 2);
  const found = (before ?? "")
    .split(".")
    .reduce<JsonValue | undefined>((value, field) => objectOf(value)?.[field], document);
  return after === undefined ? found : underAnyName(found, after);
}

/**
 * The first count above 0 that a document states at one of these paths. A path with a second word, such as
 * `status.args --ctx-size`, leads to options, and the count is the word that follows that one.
 */
export function countAt(document: JsonObject, paths: readonly string[]): number | undefined {
  for (const path of paths) {
    const [field, option] = path.split(" ", 2);
    const value = fieldAt(document, field ?? "");
    const count = option === undefined ? numberOf(value) : optionCount(value, option);
    if (count !== undefined && count > 0) return count;
  }
  return undefined;
}

/** Some servers write the name into the key: `{"llama.context_length": 8192}`. */
function underAnyName(value: JsonValue | undefined, field: string): JsonValue | undefined {
  const entries = Object.entries(objectOf(value) ?? {});
  const [, found] = entries.find(([key]) => key.split(".").slice(1).join(".") === field) ?? [];
  return found;
}

/** Options come as a list of arguments, or as text with one to a line. */
function optionCount(value: JsonValue | undefined, option: string): number | undefined {
  const words = isArray(value) ? value : (stringOf(value)?.split(/\s+/u) ?? []);
  const position = words.indexOf(option);
  const count = position === -1 ? Number.NaN : Number(words[position + 1]);
  return Number.isSafeInteger(count) ? count : undefined;
}
