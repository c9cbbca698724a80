import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject } from "./read.ts";

const SURROGATE = /\p{Surrogate}/gu;
const NUL = /\0/gu;

/**
 * The value with every string, names included, fit for any server: a lone surrogate, which strict
 * parsers refuse, becomes U+FFFD, and NUL, which databases and C strings choke on, is removed. Where
 * nothing has to change it is the same reference.
 */
export function cleanStrings(value: JsonObject): JsonObject;
export function cleanStrings(value: JsonValue): JsonValue;
export function cleanStrings(value: JsonValue): JsonValue {
  return isClean(value) ? value : cleanCopy(value);
}

/** The text without lone surrogates and NUL. */
export function cleanText(text: string): string {
  return isUnfit(text) ? text.replace(SURROGATE, "\uFFFD").replace(NUL, "") : text;
}

/** Whether it holds a half of a surrogate pair without its other half, or NUL. */
function isUnfit(text: string): boolean {
  return !text.isWellFormed() || text.includes("\0");
}

// Neither walk recurses: the depth of a value is whatever a client sent.

function isClean(root: JsonValue): boolean {
  const pending: (JsonValue | undefined)[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === "string") {
      if (isUnfit(value)) return false;
    } else if (isArray(value)) {
      for (const member of value) pending.push(member);
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (isUnfit(name)) return false;
        pending.push(member);
      }
    }
  }
  return true;
}

function cleanCopy(root: JsonValue): JsonValue {
  /** Fills the copies of containers, which start out empty. */
  const pending: (() => void)[] = [];

  function copy(value: JsonValue): JsonValue {
    if (typeof value === "string") return cleanText(value);
    if (isArray(value)) {
      const members: JsonValue[] = [];
      pending.push(() => {
        for (const member of value) members.push(copy(member));
      });
      return members;
    }
    if (!isObject(value)) return value;
    const fields: JsonObject = {};
    pending.push(() => {
      for (const [name, member] of Object.entries(value)) define(fields, cleanText(name), member);
    });
    return fields;
  }

  function define(fields: JsonObject, name: string, member: JsonValue | undefined): void {
    if (member === undefined) return;
    // Not by assignment, which would turn a field called `__proto__` into the prototype.
    Object.defineProperty(fields, name, {
      value: copy(member),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }

  const result = copy(root);
  for (let fill = pending.pop(); fill !== undefined; fill = pending.pop()) fill();
  return result;
}
