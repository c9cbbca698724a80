import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, isArray, isObject } from "../../wire/json/read.ts";

/** What a reference such as `#/$defs/node` stands for; nothing where it leads nowhere or to another document. */
export function localReference(root: JsonValue, reference: string): JsonValue | undefined {
  if (!reference.startsWith("#")) return undefined;
  const names = reference.slice(1).split("/").slice(1).map(unescaped);
  return names.reduce<JsonValue | undefined>(member, root);
}

/** Schemas that hold together, as one: properties and what is required add up, of the rest the first counts. */
export function mergedSchema(parts: readonly JsonValue[]): JsonObject {
  const schemas = parts.filter(isObject);
  const all = joined(schemas);
  const properties = joined(schemas.map((part) => part["properties"]).filter(isObject));
  const required = schemas.flatMap((part) => arrayOf(part["required"]));
  return {
    ...all,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

/** Whether a document holds no more values than this, and none of them deeper. */
export function isWithin(document: JsonValue, most: { readonly values: number; readonly depth: number }): boolean {
  let level: readonly JsonValue[] = [document];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (values > most.values || depth > most.depth) return false;
    level = level.flatMap(membersOf);
  }
  return true;
}

function membersOf(value: JsonValue): readonly JsonValue[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value).filter((member) => member !== undefined) : [];
}

/** Of fields with one name the first counts. */
function joined(objects: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(objects.toReversed().flatMap((one) => Object.entries(one)));
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (isArray(value)) return value[Number(name)];
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function unescaped(name: string): string {
  return name.replaceAll("~1", "/").replaceAll("~0", "~");
}
