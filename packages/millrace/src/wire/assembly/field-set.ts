import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject } from "../json/read.ts";
import { jsonText } from "./json-text.ts";

export interface FieldSetOptions {
  /**
   * How an array that comes in several chunks adds up: those of a message come in pieces, those of the
   * whole reply come as the whole list so far.
   */
  readonly arrays: "append" | "replace";
  /** A key whose object is merged in the same way, one level down, where everything else is replaced. */
  readonly nested?: string;
}

/**
 * Collects fields that have no name here, over all chunks of a reply. A later value replaces an
 * earlier one, but `null` replaces nothing.
 */
export class FieldSet {
  readonly #options: FieldSetOptions;
  readonly #values = new Map<string, JsonValue>();
  /** Arrays of our own, so that appending costs no copy. */
  readonly #lists = new Map<string, JsonValue[]>();
  #nested: FieldSet | undefined;

  constructor(options: FieldSetOptions) {
    this.#options = options;
  }

  add(fields: JsonObject): void {
    for (const [key, value] of Object.entries(fields)) {
      if (value !== undefined) this.#addOne(key, value);
    }
  }

  /** Whether adding the fields would change nothing. */
  has(fields: JsonObject): boolean {
    return Object.entries(fields).every(([key, value]) => value === undefined || this.#knows(key, value));
  }

  /** The fields, or nothing where there are none. */
  toObject(): JsonObject | undefined {
    const entries = [...this.#values].map(([key, value]) => [key, this.#lists.get(key) ?? value] as const);
    const nested = this.#nested?.toObject();
    if (nested !== undefined && this.#options.nested !== undefined) entries.push([this.#options.nested, nested]);
    // Not assignment: a field may be called __proto__.
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }

  #addOne(key: string, value: JsonValue): void {
    if (key === this.#options.nested && isObject(value)) {
      this.#nested ??= new FieldSet({ arrays: this.#options.arrays });
      this.#nested.add(value);
    } else if (this.#options.arrays === "append" && isArray(value)) {
      const list = this.#lists.get(key);
      if (list === undefined) this.#lists.set(key, [...value]);
      else for (const member of value) list.push(member);
      this.#values.set(key, value);
    } else if (value !== null || !this.#values.has(key)) {
      this.#lists.delete(key);
      this.#values.set(key, value);
    }
  }

  #knows(key: string, value: JsonValue): boolean {
    if (key === this.#options.nested && isObject(value)) return this.#nested?.has(value) ?? false;
    const known = this.#values.get(key);
    if (known === undefined) return false;
    if (value === null) return true;
    if (this.#options.arrays === "append" && isArray(value)) return value.length === 0;
    return typeof value === "object" ? jsonText(value) === jsonText(known) : value === known;
  }
}

/** The fields whose names are not in `known`, or nothing where there are none. */
export function otherFields(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  const others = Object.entries(object).filter(([key, value]) => value !== undefined && !known.has(key));
  return others.length === 0 ? undefined : Object.fromEntries(others);
}
