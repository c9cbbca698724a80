import type { JsonObject, JsonValue } from "../../model/json.ts";

/** What a field of foreign JSON may hold: any value, or nothing. */
export type JsonField = JsonValue | undefined;

const NOTHING: readonly JsonValue[] = [];

/** Whether it is an object: not an array, not `null`. */
export function isObject(value: JsonField): value is JsonObject {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** Whether it is an array. Unlike `Array.isArray` it knows what the members are. */
export function isArray(value: JsonField): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The string, or nothing where it is something else. */
export function stringOf(value: JsonField): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The number, or nothing where it is something else or too large to be a number here (`1e999`). */
export function numberOf(value: JsonField): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The number that counts something or is a place: whole, from 0, and exact. Nothing where it is something else. */
export function countOf(value: JsonField): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The boolean, or nothing where it is something else. */
export function booleanOf(value: JsonField): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** The members, or none where it is no array. */
export function arrayOf(value: JsonField): readonly JsonValue[] {
  return isArray(value) ? value : NOTHING;
}

/** The members that are objects; servers also send `null` among them, or for all of them. */
export function objectsOf(value: JsonField): readonly JsonObject[] {
  return arrayOf(value).filter(isObject);
}

/** The object, or nothing where it is something else. */
export function objectOf(value: JsonField): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}
