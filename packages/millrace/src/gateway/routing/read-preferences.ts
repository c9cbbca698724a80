import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { type JsonField, isArray, isObject } from "../../wire/json/read.ts";
import type { Preferences } from "./question.ts";

/** The header that says the same as the body's `millrace` field. */
export const ROUTE_HEADER = "x-millrace-route";

export type PreferencesRead = { readonly preferences: Preferences | undefined } | { readonly failure: Failure };

const NOTHING_SAID: PreferencesRead = { preferences: undefined };

const ENTRIES_MAX = 64;
const CHARS_MAX = 256;
const PRIORITY_MAX = 100;

/**
 * What a request says of its routing, in its body and in its header; of what both say, the header counts.
 * A field that nobody knows is a mistake: left out in silence, an `ignroe` would send a prompt where it must not go.
 *
 * @param field the body's `millrace`
 * @param header the value of `x-millrace-route`
 */
export function readPreferences(field: JsonField, header: string | readonly string[] | undefined): PreferencesRead {
  if (field === undefined && header === undefined) return NOTHING_SAID;
  try {
    const fromBody = field === undefined ? {} : inBody(field);
    const fromHeader = header === undefined ? {} : inHeader(typeof header === "string" ? header : header.join(";"));
    const maxPrice = { ...fromBody.maxPrice, ...fromHeader.maxPrice };
    const preferences = { ...fromBody, ...fromHeader };
    return { preferences: Object.keys(maxPrice).length > 0 ? { ...preferences, maxPrice } : preferences };
  } catch (error) {
    if (error instanceof Mistake) return { failure: error.failure };
    throw error;
  }
}

/** Does not leave this file. */
class Mistake extends Error {
  readonly failure: Failure;

  constructor(path: string, expected: string) {
    const message = `\`${path}\` must be ${expected}.`;
    super(message);
    this.failure = failureOf("bad_request", message, { fault: "client", code: "invalid_preference", param: path });
  }
}

type Draft = { -readonly [Key in keyof Preferences]: Preferences[Key] };
/** Reads one field into the draft. */
type Reader = (value: JsonField, path: string, draft: Draft) => void;

const FIELDS: Readonly<Record<string, Reader>> = {
  order: (value, path, draft) => (draft.order = names(value, path)),
  only: (value, path, draft) => (draft.only = names(value, path)),
  ignore: (value, path, draft) => (draft.ignore = names(value, path)),
  local: (value, path, draft) => (draft.local = flag(value, path)),
  failover: (value, path, draft) => (draft.failover = flag(value, path)),
  strict: (value, path, draft) => (draft.strict = flag(value, path)),
  priority: (value, path, draft) => (draft.priority = priority(value, path)),
  max_price: (value, path, draft) => {
    if (!isObject(value)) throw new Mistake(path, "an object with `input`, `output` or both");
    readFields(value, path, PRICE_FIELDS, draft);
  },
};

const PRICE_FIELDS: Readonly<Record<string, Reader>> = {
  input: (value, path, draft) => (draft.maxPrice = { ...draft.maxPrice, inputUsd: usd(value, path) }),
  output: (value, path, draft) => (draft.maxPrice = { ...draft.maxPrice, outputUsd: usd(value, path) }),
};

function inBody(field: JsonField): Preferences {
  if (!isObject(field)) throw new Mistake("millrace", "an object");
  const draft: Draft = {};
  readFields(field, "millrace", FIELDS, draft);
  return draft;
}

function readFields(
  object: { readonly [name: string]: JsonField },
  path: string,
  readers: Readonly<Record<string, Reader>>,
  draft: Draft,
): void {
  for (const [name, value] of Object.entries(object)) {
    const read = readers[name];
    if (read === undefined || !Object.hasOwn(readers, name)) throw unknown(`${path}.${cut(name)}`, readers);
    // `null` is how some clients write a field that they leave out.
    if (value !== null && value !== undefined) read(value, `${path}.${name}`, draft);
  }
}

/** `only=desk,lab/*; no-failover; priority=5` */
function inHeader(text: string): Preferences {
  const draft: Draft = {};
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? undefined : part.slice(equals + 1).trim();
    if (name === "" && value === undefined) continue;
    const read = HEADER_FIELDS[name];
    const path = `${ROUTE_HEADER}: ${cut(name)}`;
    if (read === undefined || !Object.hasOwn(HEADER_FIELDS, name)) throw unknown(path, HEADER_FIELDS);
    read(value, path, draft);
  }
  return draft;
}

const HEADER_FIELDS: Readonly<Record<string, Reader>> = {
  order: (value, path, draft) => (draft.order = names(listed(value), path)),
  only: (value, path, draft) => (draft.only = names(listed(value), path)),
  ignore: (value, path, draft) => (draft.ignore = names(listed(value), path)),
  local: (value, path, draft) => (draft.local = flag(switched(value), path)),
  failover: (value, path, draft) => (draft.failover = flag(switched(value), path)),
  "no-failover": (value, path, draft) => (draft.failover = !flag(switched(value), path)),
  strict: (value, path, draft) => (draft.strict = flag(switched(value), path)),
  priority: (value, path, draft) => (draft.priority = priority(numbered(value), path)),
  "max-price-input": (value, path, draft) =>
    (draft.maxPrice = { ...draft.maxPrice, inputUsd: usd(numbered(value), path) }),
  "max-price-output": (value, path, draft) =>
    (draft.maxPrice = { ...draft.maxPrice, outputUsd: usd(numbered(value), path) }),
};

function listed(value: JsonField): JsonField {
  return typeof value === "string" ? value.split(",").map((name) => name.trim()) : value;
}

/** A word alone switches on. */
function switched(value: JsonField): JsonField {
  if (value === undefined || value === "true") return true;
  return value === "false" ? false : value;
}

function numbered(value: JsonField): JsonField {
  return typeof value === "string" && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
}

function names(value: JsonField, path: string): readonly string[] {
  if (!isArray(value)) throw new Mistake(path, "a list of providers or `provider/model`");
  if (value.length > ENTRIES_MAX) throw new Mistake(path, `a list of at most ${ENTRIES_MAX} entries`);
  return value.map((entry, index) => {
    if (typeof entry === "string" && entry !== "" && entry.length <= CHARS_MAX) return entry;
    throw new Mistake(`${path}[${index}]`, `a provider or \`provider/model\` of at most ${CHARS_MAX} characters`);
  });
}

function flag(value: JsonField, path: string): boolean {
  if (typeof value !== "boolean") throw new Mistake(path, "true or false");
  return value;
}

function priority(value: JsonField, path: string): number {
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= PRIORITY_MAX) return value;
  throw new Mistake(path, `a whole number from -${PRIORITY_MAX} to ${PRIORITY_MAX}`);
}

function usd(value: JsonField, path: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new Mistake(path, "US dollars for a million tokens, 0 or more");
}

function unknown(path: string, readers: Readonly<Record<string, Reader>>): Mistake {
  return new Mistake(path, `left out: there is ${Object.keys(readers).join(", ")}`);
}

function cut(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
