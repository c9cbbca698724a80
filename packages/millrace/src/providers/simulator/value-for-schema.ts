import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, isArray, isObject, numberOf, objectOf, stringOf } from "../../wire/json/read.ts";
import { isWithin, localReference, mergedSchema } from "./schema-parts.ts";

/** Bounds on what a schema can make the simulator do. */
const SCHEMA_MAX = { values: 10_000, depth: 100 };
/** What a value costs beside its characters. */
const VALUE_COST = 100;
const COST_MAX = 200_000;
const DEPTH_MAX = 32;
/** Below this only what is required is made, so that schemas that hold themselves come to an end. */
const OPTIONAL_DEPTH_MAX = 4;
const ITEMS_MAX = 1_000;
const LENGTH_MAX = 10_000;

/** A schema that the simulator has no value for. The message says which part of it. */
export class UnfitSchemaError extends Error {
  override readonly name = "UnfitSchemaError";
}

/**
 * A value that fits a JSON Schema, always the same one. Patterns, negations and conditions are not looked at.
 *
 * @throws {UnfitSchemaError}
 */
export function valueFor(schema: JsonValue): JsonValue {
  if (!isWithin(schema, SCHEMA_MAX)) throw new UnfitSchemaError("it is too large");
  return new ValueMaker(schema).make(schema, "value", 0);
}

class ValueMaker {
  readonly #root: JsonValue;
  #left = COST_MAX;

  constructor(root: JsonValue) {
    this.#root = root;
  }

  /** @param name what the value is called, for texts that say what they stand for */
  make(given: JsonValue, name: string, depth: number): JsonValue {
    this.#spend(VALUE_COST + name.length);
    if (depth > DEPTH_MAX) throw new UnfitSchemaError(`it asks for values more than ${DEPTH_MAX} deep`);
    const schema = this.#resolved(given, depth);
    const fixed = schema["const"] ?? arrayOf(schema["enum"])[0];
    if (fixed !== undefined) return this.#paid(fixed);
    if (schema["const"] === null) return null;
    switch (typeOf(schema)) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return this.#array(schema, name, depth);
      case "string":
        return this.#paid(textFor(schema, name));
      case "integer":
        return numberFor(schema, true);
      case "number":
        return numberFor(schema, false);
      case "boolean":
        return true;
      case "null":
        return null;
      default:
        return textFor(schema, name);
    }
  }

  /** The schema with what it refers to and chooses from in its place. */
  #resolved(given: JsonValue, depth: number): JsonObject {
    let schema = objectOf(given) ?? {};
    if (given === false) throw new UnfitSchemaError("a part of it allows nothing");
    for (let hops = 0; hops <= DEPTH_MAX; hops += 1) {
      const { $ref: reference, allOf, anyOf, oneOf, ...rest } = schema;
      const referred = stringOf(reference);
      const options = [anyOf, oneOf].map(arrayOf).find((list) => list.length > 0) ?? [];
      const parts = arrayOf(allOf);
      if (referred === undefined && options.length === 0 && parts.length === 0) return schema;
      this.#spend(VALUE_COST + parts.length);
      const target = referred === undefined ? [] : [this.#target(referred)];
      schema = mergedSchema([rest, ...target, ...parts, ...this.#chosen(options, depth)]);
    }
    throw new UnfitSchemaError("it refers to itself without end");
  }

  #spend(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw new UnfitSchemaError("it asks for too large a value");
  }

  #paid(value: JsonValue): JsonValue {
    this.#spend(JSON.stringify(value).length);
    return value;
  }

  #target(reference: string): JsonValue {
    const target = localReference(this.#root, reference);
    if (target === undefined) throw new UnfitSchemaError(`${reference} refers to nothing in it`);
    return target;
  }

  /** The first option; deep down the first that holds nothing more, if one does. */
  #chosen(options: readonly JsonValue[], depth: number): readonly JsonValue[] {
    const simple = depth < OPTIONAL_DEPTH_MAX ? undefined : options.find(isLeaf);
    return [simple ?? options[0] ?? {}];
  }

  #object(schema: JsonObject, depth: number): JsonValue {
    const properties = objectOf(schema["properties"]) ?? {};
    const required = arrayOf(schema["required"]).filter((name) => typeof name === "string");
    const optional = depth < OPTIONAL_DEPTH_MAX ? Object.keys(properties) : [];
    const names = [...new Set([...optional, ...required])];
    return Object.fromEntries(names.map((name) => [name, this.make(ownField(properties, name), name, depth + 1)]));
  }

  #array(schema: JsonObject, name: string, depth: number): JsonValue {
    const first = arrayOf(schema["prefixItems"]);
    const least = numberOf(schema["minItems"]) ?? 0;
    if (least > ITEMS_MAX) throw new UnfitSchemaError(`minItems is more than ${ITEMS_MAX}`);
    if (least > 1 && schema["uniqueItems"] === true) throw new UnfitSchemaError("it asks for items that all differ");
    const most = numberOf(schema["maxItems"]) ?? Number.POSITIVE_INFINITY;
    const wanted = depth < OPTIONAL_DEPTH_MAX ? Math.min(Math.max(least, first.length, 1), most) : least;
    const items = schema["items"];
    const count = items === false ? Math.min(wanted, first.length) : wanted;
    return Array.from({ length: count }, (_, i) => this.make(first[i] ?? items ?? {}, name, depth + 1));
  }
}

function ownField(properties: JsonObject, name: string): JsonValue {
  return (Object.hasOwn(properties, name) ? properties[name] : undefined) ?? {};
}

function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema;
  const words = isArray(type) ? type : [type];
  const named = words.find((word) => word !== "null") ?? words[0];
  if (typeof named === "string") return named;
  if (isObject(schema["properties"])) return "object";
  return schema["items"] === undefined && schema["prefixItems"] === undefined ? undefined : "array";
}

function isLeaf(schema: JsonValue): boolean {
  return !isObject(schema) || !["object", "array", undefined].includes(typeOf(schema)) || schema["const"] === null;
}

const TEXT_OF_FORMAT: Readonly<Record<string, string>> = {
  "date-time": "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  time: "00:00:00Z",
  duration: "PT1S",
  email: "simulator@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function textFor(schema: JsonObject, name: string): string {
  const formatted = TEXT_OF_FORMAT[stringOf(schema["format"]) ?? ""];
  if (formatted !== undefined) return formatted;
  const least = numberOf(schema["minLength"]) ?? 0;
  if (least > LENGTH_MAX) throw new UnfitSchemaError(`minLength is more than ${LENGTH_MAX}`);
  const text = Array.from(`simulated ${name.slice(0, 100)}`);
  const characters = [...text, ...".".repeat(Math.max(0, least - text.length))];
  return characters.slice(0, numberOf(schema["maxLength"]) ?? characters.length).join("");
}

/** The number nearest to 1 that is allowed. */
function numberFor(schema: JsonObject, whole: boolean): number {
  const step = numberOf(schema["multipleOf"]) ?? (whole ? 1 : 0);
  const gap = step > 0 ? step : 0.5;
  const least = bound(schema, "minimum", "exclusiveMinimum", gap) ?? Number.NEGATIVE_INFINITY;
  const most = bound(schema, "maximum", "exclusiveMaximum", -gap) ?? Number.POSITIVE_INFINITY;
  const near = Math.min(Math.max(1, least), most);
  if (step <= 0) return checkedNumber(near, least, most);
  const above = Math.ceil(near / step) * step;
  return checkedNumber(above <= most ? above : Math.floor(near / step) * step, least, most);
}

function bound(schema: JsonObject, inclusive: string, exclusive: string, gap: number): number | undefined {
  const open = numberOf(schema[exclusive]);
  return numberOf(schema[inclusive]) ?? (open === undefined ? undefined : open + gap);
}

function checkedNumber(value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new UnfitSchemaError(`no number is allowed between ${least} and ${most}`);
}
