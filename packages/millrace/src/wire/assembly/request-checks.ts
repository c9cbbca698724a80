import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { failureOf } from "../failure/kinds.ts";
import { isArray, isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** What a request's field must be, and how to say so. */
export interface FieldKind {
  readonly fits: (value: JsonValue) => boolean;
  /** Ends the sentence "`n` must be …". */
  readonly expected: string;
}

const isInteger = (value: JsonValue): boolean => Number.isSafeInteger(value);
const isString = (value: JsonValue): boolean => typeof value === "string";

type FieldKindName =
  | "boolean"
  | "number"
  | "integer"
  | "positive"
  | "string"
  | "strings"
  | "text"
  | "object"
  | "objects"
  | "numbers";

export const FIELD_KINDS: Readonly<Record<FieldKindName, FieldKind>> = {
  boolean: { fits: (value) => typeof value === "boolean", expected: "true or false" },
  number: { fits: (value) => typeof value === "number", expected: "a number" },
  integer: { fits: isInteger, expected: "a whole number" },
  positive: { fits: (value) => isInteger(value) && Number(value) > 0, expected: "a whole number, 1 or more" },
  string: { fits: isString, expected: "a string" },
  strings: { fits: (value) => isArray(value) && value.every(isString), expected: "an array of strings" },
  text: {
    fits: (value) => isString(value) || (isArray(value) && value.every(isString)),
    expected: "a string or an array of strings",
  },
  object: { fits: isObject, expected: "an object" },
  objects: { fits: (value) => isArray(value) && value.every(isObject), expected: "an array of objects" },
  numbers: {
    fits: (value) => isObject(value) && Object.values(value).every((member) => typeof member === "number"),
    expected: "an object whose values are numbers",
  },
};

/** A request that cannot be served as it is. The message says what to change, `param` where. */
export function refuse(param: string, message: string): Failure {
  return failureOf("bad_request", message, { param });
}

/** A body that is no object at all. */
export function refuseBody(json: JsonValue): Failure {
  return failureOf("bad_request", `The request body must be a JSON object, not ${nameOf(json)}`);
}

const CONTROL_CHARACTER = /\p{Cc}/u;

/** What is wrong with the name of the model, if anything is. */
export function checkModel({ model }: JsonObject): Failure | undefined {
  if (model === undefined) return refuse("model", "`model` is missing: name the model to use");
  if (typeof model !== "string") return refuse("model", `\`model\` must be a string, not ${nameOf(model)}`);
  if (model.trim() === "") return refuse("model", "`model` is empty: name the model to use");
  if (CONTROL_CHARACTER.test(model)) return refuse("model", "`model` holds control characters: remove them");
  return undefined;
}

/** The first field that is not of its kind. `null` counts as not given. */
export function checkFields(request: JsonObject, kinds: ReadonlyMap<string, FieldKind>): Failure | undefined {
  // A request has fewer fields than the table.
  for (const field of Object.keys(request)) {
    const kind = kinds.get(field);
    const value = request[field];
    if (kind === undefined || value === undefined || value === null || kind.fits(value)) continue;
    return refuse(field, `\`${field}\` must be ${kind.expected}, not ${nameOf(value)}`);
  }
  return undefined;
}

/** What a value is, for people. */
export function nameOf(value: JsonField): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (isObject(value)) return "an object";
  if (typeof value === "string") return value === "" ? "an empty string" : "a string";
  return `${value}`;
}
