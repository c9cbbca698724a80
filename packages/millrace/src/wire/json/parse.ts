import type { JsonValue } from "../../model/json.ts";
import { costsMoreThan } from "./value-cost.ts";
import { scanValue, skipWhitespace } from "./scan-value.ts";
import { atOnce, type Steps } from "./steps.ts";

/** What is wrong with a text that is no JSON, and where. */
export interface Flaw {
  /** What was expected and what is there, without the place. */
  readonly message: string;
  /** Counts from 1. */
  readonly line: number;
  /** Counts UTF-16 code units from 1. */
  readonly column: number;
}

/** What parsing came to. */
export type Parsed =
  | {
      readonly ok: true;
      readonly value: JsonValue;
      /** Something other than whitespace follows the first object or array. It was left out. */
      readonly trailing: boolean;
    }
  | ({ readonly ok: false } & Flaw);

const LF = 0x0a;
const CR = 0x0d;
/** How many characters are looked through for line ends in one step. */
const CHARS_PER_STEP = 256 * 1024;
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
  const extent = atOnce(extentOf(text));
  if ("message" in extent) return { ok: false, ...extent };
  return { ok: true, value: valueOf(text.slice(extent.start, extent.end)), trailing: true };
}

/** Where the first object or array of a text stands, or its only value, or what is wrong with the text. */
export function* extentOf(text: string): Steps<Flaw | { readonly start: number; readonly end: number }> {
  const start = yield* skipWhitespace(text, 0);
  const end = yield* scanValue(text, start);
  if (typeof end !== "number") return yield* flawAt(text, end.at, end.expected);
  if (text[start] === "{" || text[start] === "[") return { start, end };
  const behind = yield* skipWhitespace(text, end);
  return behind === text.length ? { start, end } : yield* flawAt(text, behind, "the end of the text");
}

function* flawAt(text: string, at: number, expected: string): Steps<Flaw> {
  let line = 1;
  let lineStart = 0;
  for (let here = 0; here < at; here += 1) {
    const code = text.charCodeAt(here);
    if (code === LF || (code === CR && !(here + 1 < at && text.charCodeAt(here + 1) === LF))) {
      line += 1;
      lineStart = here + 1;
    }
    if (here % CHARS_PER_STEP === CHARS_PER_STEP - 1) yield;
  }
  return { message: `expected ${expected}, found ${found(text, at)}`, line, column: at - lineStart + 1 };
}

function found(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "the end of the text" : JSON.stringify(String.fromCodePoint(code));
}

function valueOf(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
