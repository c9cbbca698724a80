import type { JsonObject } from "../../model/json.ts";

/** The object with these fields of it and no others. */
export function onlyFields(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.has(name)));
}
