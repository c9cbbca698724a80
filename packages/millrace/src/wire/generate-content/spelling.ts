import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isObject, objectsOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

const SNAKE = /^[a-z]+(?:_[a-z0-9]+)+$/u;

/**
 * The object with its field names as we write them: servers take `inline_data` as well as `inlineData`. Only names
 * that the dialect gives are touched, never those inside arguments, schemas or results.
 */
export function camelFields(object: JsonObject): JsonObject {
  if (!Object.keys(object).some((name) => SNAKE.test(name))) return object;
  const entries: (readonly [string, JsonValue | undefined])[] = [];
  for (const [name, value] of Object.entries(object)) {
    const camel = SNAKE.test(name) ? camelName(name) : name;
    if (camel === name || object[camel] === undefined) entries.push([camel, value]);
  }
  return Object.fromEntries(entries);
}

/** The object in a field, likewise. */
export function camelObject(value: JsonField): JsonObject | undefined {
  return isObject(value) ? camelFields(value) : undefined;
}

/** The objects of a list, likewise. */
export function camelObjects(value: JsonField): readonly JsonObject[] {
  return objectsOf(value).map(camelFields);
}

function camelName(name: string): string {
  return name.replace(/_([a-z0-9])/gu, (_match, letter: string) => letter.toUpperCase());
}
