import type { JsonValue } from "../../model/json.ts";
import { costsMoreThan } from "./value-cost.ts";
import { scanValue, skipWhitespace } from "./scan-value.ts";

/** What parsing came to. */
export type Parsed =
  | {
      readonly ok: true;
      readonly value: JsonValue;
      /** Something other than whitespace follows the first object or array. It was left out. */
      readonly trailing: boolean;
    }
  | {
      readonly ok: false;
      /** What was expected and what is there, without the place. */
      readonly message: string;
      /** Counts from 1. */
      readonly line: number;
      /** Counts UTF-16 code units from 1. */
      readonly column: number;
    };

const LINE_END = /\r\n|\r|\n/gu;
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Parses JSON text and never throws. Blank lines and a byte order mark before the value are fine.
 *
 * Bytes behind a complete object or array are reported rather than refused: some proxies append
 * them to good replies. Behind any other value they are a mistake, for the text is then no JSON at all
 * (`404 page not found`).
 *
 * @param maxCost bytes that its values may take in memory beyond its characters; above it, it is not read
 */
export function parseJson(text: string, maxCost: number = Infinity): Parsed {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
  if (costsMoreThan(json, maxCost)) {
    return { ok: false, message: "expected fewer values than it holds", line: 1, column: 1 };
  }
  try {
    return { ok: true, value: valueOf(json), trailing: false };
  } catch {
    return explain(json);
  }
}

function explain(text: string): Parsed {
  const start = skipWhitespace(text, 0);
  const end = scanValue(text, start);
  if (typeof end !== "number") return mistake(text, end.at, end.expected);
  if (text[start] !== "{" && text[start] !== "[")
    return mistake(text, skipWhitespace(text, end), "the end of the text");
  return { ok: true, value: valueOf(text.slice(start, end)), trailing: true };
}

function mistake(text: string, at: number, expected: string): Parsed {
  const before = text.slice(0, at);
  let line = 1;
  let lineStart = 0;
  for (const end of before.matchAll(LINE_END)) {
    line += 1;
    lineStart = end.index + end[0].length;
  }
  return { ok: false, message: `expected ${expected}, found ${found(text, at)}`, line, column: at - lineStart + 1 };
}

function found(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "the end of the text" : JSON.stringify(String.fromCodePoint(code));
}

function valueOf(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
