/** Any JSON value, as `JSON.parse` gives it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. Fields nobody knows travel in these. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}
