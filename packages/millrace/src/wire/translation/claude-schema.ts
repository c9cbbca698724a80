import type { Change } from "../../model/change.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject } from "../json/read.ts";
import type { EncodingAccount } from "./encoding-account.ts";

/** What is told of a schema that was changed so. */
const PLAINER_SCHEMA = "a schema of closed objects, with other limits in descriptions";

/**
 * The schema as Anthropic's models can be held to it: the very one where they can. Every object is closed, and what they
 * cannot be held to is said in a description instead, as Anthropic's own libraries do it (`transformJSONSchema` in
 * `@anthropic-ai/sdk`).
 */
export function claudeSchema(schema: JsonObject): JsonObject {
  const moved: string[] = [];
  const kept = Object.entries(plain(schema)).flatMap(([name, value]): [string, JsonValue][] => {
    if (value === undefined) return [];
    const fitted = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name]?.(value) : undefined;
    if (fitted === undefined) moved.push(`${name}: ${JSON.stringify(value)}`);
    return fitted === undefined ? [] : [[name, fitted]];
  });
  const isOpen = describesObject(schema) && schema["additionalProperties"] !== false;
  const given = Object.values(schema).filter((value) => value !== undefined);
  const isSame = !isOpen && kept.length === given.length && kept.every(([name, value]) => value === schema[name]);
  if (isSame) return schema;
  return {
    ...Object.fromEntries(kept),
    ...(moved.length > 0 && { description: described(schema["description"], moved) }),
    ...(isOpen && { additionalProperties: false }),
  };
}

/** The same, with what had to be changed told once of that field. */
export function fittedSchema(
  schema: JsonObject,
  { field, reason }: Pick<Change, "field" | "reason">,
  account: EncodingAccount,
): JsonObject {
  const fitted = claudeSchema(schema);
  if (fitted !== schema) account.replaceOnce(field, PLAINER_SCHEMA, reason);
  return fitted;
}

/** A reference stands alone, and one of several is asked for as any of them. */
function plain(schema: JsonObject): JsonObject {
  const { $ref, $schema, $defs, definitions, oneOf, ...rest } = schema;
  if ($ref !== undefined) return { $schema, $ref, $defs, definitions };
  return oneOf === undefined || rest["anyOf"] !== undefined
    ? schema
    : { $schema, ...rest, anyOf: oneOf, $defs, definitions };
}

function describesObject({ $ref, type, properties }: JsonObject): boolean {
  if ($ref !== undefined) return false;
  if (type === undefined) return properties !== undefined;
  return type === "object" || (isArray(type) && type.includes("object"));
}

function described(description: JsonObject[string], moved: readonly string[]): string {
  const said = typeof description === "string" && description !== "" ? `${description}\n\n` : "";
  return `${said}{${moved.join(", ")}}`;
}

/** A keyword's value as it can be sent; nothing where it cannot. */
type Fit = (value: JsonValue) => JsonValue | undefined;

const asItIs: Fit = (value) => value;

/** A schema, or `true` or `false`. */
const schemaOf = (value: JsonValue): JsonValue => (isObject(value) ? claudeSchema(value) : value);

const listed: Fit = (value) => {
  if (!isArray(value)) return undefined;
  const schemas = value.map(schemaOf);
  return schemas.every((schema, index) => schema === value[index]) ? value : schemas;
};

const named: Fit = (value) => {
  if (!isObject(value)) return undefined;
  const schemas = Object.entries(value).map(([name, schema]) => [name, schema && schemaOf(schema)] as const);
  return schemas.every(([name, schema]) => schema === value[name]) ? value : Object.fromEntries(schemas);
};

const FORMATS: ReadonlySet<JsonValue> = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
]);

/** The keywords that such a model can be held to, each with the values that it knows. */
const KEYWORDS: Readonly<Record<string, Fit>> = {
  $schema: asItIs,
  $ref: asItIs,
  $defs: named,
  definitions: named,
  title: asItIs,
  description: asItIs,
  default: asItIs,
  type: asItIs,
  enum: (value) => (isArray(value) && value.length > 0 && value.every(isLiteral) ? value : undefined),
  const: (value) => (isLiteral(value) ? value : undefined),
  anyOf: listed,
  allOf: listed,
  properties: named,
  required: asItIs,
  additionalProperties: asItIs,
  items: (value) => (isArray(value) ? undefined : schemaOf(value)),
  minItems: (value) => (value === 0 || value === 1 ? value : undefined),
  format: (value) => (FORMATS.has(value) ? value : undefined),
};

function isLiteral(value: JsonValue): boolean {
  return typeof value !== "object" || value === null;
}
