import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, isArray, isObject, type JsonField, numberOf, objectOf, stringOf } from "../../wire/json/read.ts";

/** Deeper than this, anything goes. */
const DEPTH_MAX = 32;
/** Repetitions above this make a grammar that takes too long to work with. */
const REPETITIONS_MAX = 1000;

const ANY: JsonObject = {
  oneOf: [
    { type: ["string", "number", "boolean", "null"] },
    { type: "object", additionalProperties: true },
    { type: "array" },
  ],
};
const FORMATS: ReadonlySet<JsonField> = new Set(["date-time", "time", "date"]);
const SCALARS: ReadonlySet<JsonField> = new Set(["string", "number", "integer", "boolean", "null"]);
const REFERENCE = /^#\/(?:\$defs|definitions)\/([^/]+)$/u;

/**
 * A JSON schema in the part of the language that the engine can hold a model to. What it cannot say is left open: a
 * value that fits the schema always fits this, but for the order of an object's members, where those that are required
 * come first.
 */
export function grammarSchema(schema: JsonValue): JsonObject {
  const root = new SchemaReader(objectOf(schema) ?? {});
  return root.read();
}

class SchemaReader {
  readonly #root: JsonObject;
  readonly #defs = new Map<string, JsonObject>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  read(): JsonObject {
    const read = this.#of(this.#root, 0);
    return this.#defs.size === 0 ? read : { ...read, $defs: Object.fromEntries(this.#defs) };
  }

  #of(schema: JsonField, depth: number): JsonObject {
    if (!isObject(schema) || depth > DEPTH_MAX) return ANY;
    const reference = stringOf(schema["$ref"]);
    if (reference !== undefined) return this.#reference(reference);
    if (isScalar(schema["const"])) return { const: schema["const"] };
    const choices = arrayOf(schema["enum"]);
    if (choices.length > 0) return choices.every(isScalar) ? { enum: choices } : ANY;
    const options = [...arrayOf(schema["anyOf"]), ...arrayOf(schema["oneOf"])];
    if (options.length > 0) return oneOf(options.map((option) => this.#of(option, depth + 1)));
    const parts = arrayOf(schema["allOf"]);
    if (parts.length > 0) return this.#all([...parts, schema], depth);
    return this.#typed(schema, depth);
  }

  #typed(schema: JsonObject, depth: number): JsonObject {
    const { type } = schema;
    if (isArray(type)) {
      if (type.every((one) => SCALARS.has(one))) return { type };
      return oneOf(type.map((one) => this.#of({ ...schema, type: one }, depth + 1)));
    }
    const read = this.#single(schema, stringOf(type) ?? impliedType(schema), depth);
    return schema["nullable"] === true ? oneOf([read, { type: "null" }]) : read;
  }

  #single(schema: JsonObject, type: string | undefined, depth: number): JsonObject {
    if (type === "object") return this.#object(schema, depth);
    if (type === "array") return this.#array(schema, depth);
    if (type === "string") return text(schema);
    return type !== undefined && SCALARS.has(type) ? { type } : ANY;
  }

  /** The engine makes a model write all members that are named. So those that may be left out are not, and only their values are. */
  #object(schema: JsonObject, depth: number): JsonObject {
    const members = Object.entries(objectOf(schema["properties"]) ?? {});
    const required = new Set(arrayOf(schema["required"]));
    const named = members.filter(([name]) => required.has(name));
    const optional = members.filter(([name]) => !required.has(name));
    const properties = Object.fromEntries(named.map(([name, member]) => [name, this.#of(member, depth + 1)]));
    const { additionalProperties: others = members.length === 0 } = schema;
    if (others === true) return { type: "object", properties, additionalProperties: true };
    const values = optional.map(([, member]) => this.#of(member, depth + 1));
    if (isObject(others)) values.push(this.#of(others, depth + 1));
    if (values.length === 0) return { type: "object", properties };
    const most = isObject(others) ? {} : { maxProperties: members.length };
    return { type: "object", properties, additionalProperties: oneOf(values), ...most };
  }

  #array(schema: JsonObject, depth: number): JsonObject {
    const { items, prefixItems } = schema;
    return {
      type: "array",
      ...(isObject(items) && { items: this.#of(items, depth + 1) }),
      ...(isArray(prefixItems) && { prefixItems: prefixItems.map((item) => this.#of(item, depth + 1)) }),
      ...limits(schema, "minItems", "maxItems"),
    };
  }

  /** Objects of which all hold. Of others the first counts that says something. */
  #all(parts: readonly JsonValue[], depth: number): JsonObject {
    const objects = parts.map((part) => this.#resolved(part)).filter((part) => Object.keys(part).length > 0);
    const isOne = objects.every((part) => objectOf(part["properties"]) !== undefined);
    if (!isOne) return this.#of(objects[0], depth + 1);
    return this.#object(
      {
        properties: Object.assign({}, ...objects.map((part) => part["properties"])),
        required: objects.flatMap((part) => arrayOf(part["required"])),
      },
      depth,
    );
  }

  #resolved(part: JsonValue): JsonObject {
    const { allOf: _parts, $defs: _defs, definitions: _older, ...schema } = objectOf(part) ?? {};
    const reference = stringOf(schema["$ref"]);
    return (reference === undefined ? schema : this.#target(reference)?.schema) ?? {};
  }

  #reference(reference: string): JsonObject {
    const target = this.#target(reference);
    if (target === undefined) return ANY;
    const { name, schema } = target;
    if (!this.#defs.has(name)) {
      // Held before it is read: it may refer to itself.
      this.#defs.set(name, ANY);
      this.#defs.set(name, this.#of(schema, 0));
    }
    return { $ref: `#/$defs/${name}` };
  }

  #target(reference: string): { readonly name: string; readonly schema: JsonObject } | undefined {
    if (reference === "#") return { name: "root", schema: this.#root };
    const name = REFERENCE.exec(reference)?.[1];
    if (name === undefined) return undefined;
    const schema = objectOf(objectOf(this.#root["$defs"])?.[name] ?? objectOf(this.#root["definitions"])?.[name]);
    return schema === undefined ? undefined : { name, schema };
  }
}

function text(schema: JsonObject): JsonObject {
  const { format } = schema;
  return FORMATS.has(format)
    ? { type: "string", format }
    : { type: "string", ...limits(schema, "minLength", "maxLength") };
}

function limits(schema: JsonObject, least: string, most: string): JsonObject {
  const from = numberOf(schema[least]) ?? 0;
  const to = numberOf(schema[most]) ?? Infinity;
  return {
    ...(from > 0 && from <= REPETITIONS_MAX && { [least]: from }),
    ...(to >= from && to <= REPETITIONS_MAX && { [most]: to }),
  };
}

function impliedType(schema: JsonObject): string | undefined {
  if (schema["properties"] !== undefined || schema["additionalProperties"] !== undefined) return "object";
  return schema["items"] !== undefined || schema["prefixItems"] !== undefined ? "array" : undefined;
}

/** One of these; the same one twice is one. */
function oneOf(options: readonly JsonObject[]): JsonObject {
  const different = new Map(options.map((option) => [JSON.stringify(option), option]));
  const [only] = different.values();
  return different.size === 1 && only !== undefined ? only : { oneOf: [...different.values()] };
}

function isScalar(value: JsonField): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
