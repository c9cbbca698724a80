import type { JsonObject } from "../../model/json.ts";
import { booleanOf, isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { otherFields } from "./field-set.ts";

/**
 * Reads the fields of an object that have a name here and keeps count of them, so that everything
 * else can be kept: fields nobody knows, and known ones that hold something unexpected.
 */
export class FieldReader {
  readonly #object: JsonObject;
  readonly #read = new Set<string>();

  constructor(object: JsonObject) {
    this.#object = object;
  }

  string(field: string): string | undefined {
    return this.#take(field, stringOf(this.#object[field]));
  }

  boolean(field: string): boolean | undefined {
    return this.#take(field, booleanOf(this.#object[field]));
  }

  object(field: string): JsonObject | undefined {
    return this.#take(field, objectOf(this.#object[field]));
  }

  /** An array that holds nothing but objects. */
  objects(field: string): readonly JsonObject[] | undefined {
    const value = this.#object[field];
    return this.#take(field, isArray(value) && value.every(isObject) ? value : undefined);
  }

  /** One of these strings. */
  oneOf<const T extends string>(field: string, words: readonly T[]): T | undefined {
    const value = this.#object[field];
    return this.#take(
      field,
      words.find((word) => word === value),
    );
  }

  /** The field, whatever it holds. */
  any(field: string): JsonField {
    return this.#take(field, this.#object[field]);
  }

  /** Everything that was not read, or nothing where there is no more. */
  rest(): JsonObject | undefined {
    return otherFields(this.#object, this.#read);
  }

  #take<T>(field: string, value: T | undefined): T | undefined {
    if (value !== undefined) this.#read.add(field);
    return value;
  }
}
