import type { UpstreamAccount } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import { parseJson } from "../json/parse.ts";
import { unwrapEnvelope } from "./envelope.ts";
import { present } from "./present.ts";
import { MAX_WORD_LENGTH, readable } from "./readable.ts";
import type { ErrorReport } from "./report.ts";
import { reportWith } from "./report.ts";
import { ERROR_SHAPES } from "./shapes.ts";

/** No account of an error needs more values than this takes, in bytes. */
const VALUE_BYTES_MAX = 4 * 1024 * 1024;

/** How far an error quoted inside an error is followed. */
const MAX_NESTING = 2;

/**
 * The error that a reply reports although its status says success, or that a chunk of a stream is;
 * nothing for good replies and chunks. `"error": null` and `"error": {}` are no errors.
 */
export function findError(value: JsonValue): UpstreamAccount | undefined {
  const report = findReport(value);
  return report === undefined ? undefined : accountOf(report, report.status);
}

/** The report of a document that is an error by itself, whatever status it came with. */
export function findReport(value: JsonValue): ErrorReport | undefined {
  const document = documentOf(value);
  if (document === undefined) return undefined;
  for (const shape of ERROR_SHAPES) {
    const report = shape.speaksForItself(document) ? shape.read(document) : undefined;
    if (report !== undefined) return withNested(report, 0);
  }
  return undefined;
}

/** What a document says that is known to be an error, because a status or the place it came in says so. */
export function readReport(value: JsonValue): ErrorReport {
  return reportAt(value, 0);
}

/** The report as the model holds it: fit to show, and without what only the classifier needs. */
export function accountOf(report: ErrorReport, status: number | undefined): UpstreamAccount {
  return present({
    status,
    code: typeof report.code === "string" ? shown(report.code, MAX_WORD_LENGTH) : report.code,
    type: shown(report.type, MAX_WORD_LENGTH),
    param: shown(report.param, MAX_WORD_LENGTH),
    message: shown(report.message),
    requestId: shown(report.requestId, MAX_WORD_LENGTH),
    nested: nestedWords(report),
  });
}

function reportAt(value: JsonValue, depth: number): ErrorReport {
  const document = documentOf(value);
  if (document === undefined) return reportWith({ message: wordsOf(value) });
  for (const shape of ERROR_SHAPES) {
    const report = shape.read(document);
    if (report !== undefined) return withNested(report, depth);
  }
  return reportWith({ message: wordsOf(document), facts: document });
}

/** The object to look into: the reply in an envelope, the first member of Gemini's array. */
function documentOf(value: JsonValue): JsonObject | undefined {
  const reply = unwrapEnvelope(value);
  if (!isArray(reply)) return objectOf(reply);
  const first = objectOf(reply[0]);
  return first?.["error"] === undefined ? undefined : first;
}

/** OpenRouter quotes the upstream's body in `metadata.raw`; other proxies put it into the message. */
function withNested(report: ErrorReport, depth: number): ErrorReport {
  if (depth >= MAX_NESTING) return report;
  const metadata = objectOf(report.facts["metadata"]);
  const raw = metadata?.["raw"];
  if (raw !== undefined && raw !== null && raw !== "") {
    const nested = typeof raw === "string" ? reportInText(raw, depth + 1) : reportAt(raw, depth + 1);
    return { ...report, nested, nestedName: stringOf(metadata?.["provider_name"]) };
  }
  const quoted = report.message === undefined ? undefined : jsonIn(report.message);
  if (quoted === undefined) return report;
  const nested = reportAt(quoted, depth + 1);
  return nested.message === undefined ? report : { ...report, message: nested.message, nested };
}

function reportInText(text: string, depth: number): ErrorReport {
  const value = jsonIn(text);
  return value === undefined ? reportWith({ message: text }) : reportAt(value, depth);
}

function jsonIn(text: string): JsonObject | readonly JsonValue[] | undefined {
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[") return undefined;
  const parsed = parseJson(text, VALUE_BYTES_MAX);
  return parsed.ok && (isObject(parsed.value) || isArray(parsed.value)) ? parsed.value : undefined;
}

/** What a value of no known form says: its text, or the plain fields of an object. */
function wordsOf(value: JsonValue): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  const fields = Object.entries(objectOf(value) ?? {}).flatMap(([name, field]) =>
    typeof field === "string" || typeof field === "number" || typeof field === "boolean" ? [`${name}: ${field}`] : [],
  );
  return fields.length === 0 ? undefined : fields.join(", ");
}

function nestedWords({ message, nested, nestedName }: ErrorReport): string | undefined {
  const said = nested?.message;
  if (said === undefined || said === message) return undefined;
  return shown(nestedName === undefined ? said : `${nestedName}: ${said}`);
}

/** Fit to show; nothing where only invisible characters were there. */
function shown(text: string | undefined, maxLength?: number): string | undefined {
  const line = text === undefined ? "" : readable(text, maxLength);
  return line === "" ? undefined : line;
}
