import type { JsonObject } from "../../model/json.ts";
import type { ToolCall } from "../../model/tool.ts";
import { otherFields } from "../assembly/field-set.ts";
import { jsonText } from "../assembly/json-text.ts";
import type { ToolCallDelta } from "../assembly/open-call.ts";
import { countOf, isObject, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { WireToolCall } from "./types.ts";

const CALL_FIELDS: ReadonlySet<string> = new Set(["index", "id", "type", "function", "custom"]);
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(["name", "arguments"]);
const CUSTOM_FIELDS: ReadonlySet<string> = new Set(["name", "input"]);
const KNOWN_TYPES: readonly JsonField[] = ["function", "custom", null, undefined, ""];

/** What a tool call, whole or in part, says. Arguments that are no string become JSON text. */
export function readToolCall(call: WireToolCall): ToolCallDelta {
  const custom = objectOf(call.custom);
  const isCustom = call.type === "custom" || (custom !== undefined && !isObject(call.function));
  const body = (isCustom ? custom : objectOf(call.function)) ?? {};
  const index = countOf(call.index);
  const id = typeof call.id === "number" ? String(call.id) : stringOf(call.id);
  const name = stringOf(body["name"]);
  const extra = extraOf(call, body, isCustom);
  return {
    ...(index !== undefined && { index }),
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    arguments: textOf(body[isCustom ? "input" : "arguments"]),
    ...(isCustom && { kind: "custom" as const }),
    ...(extra && { extra }),
  };
}

/** A whole call as it stands in a message. */
export function writeToolCall(call: ToolCall): JsonObject {
  const isCustom = call.type === "custom";
  const body: JsonObject = isCustom
    ? { name: call.name, input: call.arguments }
    : { name: call.name, arguments: call.arguments };
  return writeCallParts({ id: call.id, type: call.type }, call.type, body, call.extra);
}

/**
 * The parts of a call put in their places: `body` holds the fields of the function or custom tool, and
 * fields without a name here go where they stood.
 */
export function writeCallParts(
  head: JsonObject,
  kind: ToolCall["type"],
  body: JsonObject,
  extra: JsonObject | undefined,
): JsonObject {
  // Another dialect's item has an id of its own.
  const { [kind]: bodyExtra, id: _other, ...callExtra } = extra ?? {};
  const whole = isObject(bodyExtra) ? { ...bodyExtra, ...body } : body;
  return { ...head, ...(Object.keys(whole).length > 0 && { [kind]: whole }), ...callExtra };
}

/** Fields without a name here; those of the function or custom tool stay under its key. */
function extraOf(call: WireToolCall, body: JsonObject, isCustom: boolean): JsonObject | undefined {
  const ofCall = otherFields(call, CALL_FIELDS);
  const ofBody = otherFields(body, isCustom ? CUSTOM_FIELDS : FUNCTION_FIELDS);
  const type = KNOWN_TYPES.includes(call.type) ? undefined : call.type;
  if (!ofCall && !ofBody && type === undefined) return undefined;
  return {
    ...ofCall,
    ...(type !== undefined && { type }),
    ...(ofBody && { [isCustom ? "custom" : "function"]: ofBody }),
  };
}

function textOf(value: JsonField): string {
  if (typeof value === "string") return value;
  return isNothing(value) ? "" : jsonText(value);
}

function isNothing(value: JsonField): value is null | undefined {
  return value === null || value === undefined;
}
