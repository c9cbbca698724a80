import type { Change } from "../../model/change.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { cleanStrings, cleanText } from "../json/clean.ts";
import type { FieldEdit } from "../json/top-level.ts";

/** A request body made fit for its target. */
export interface AdaptedBody {
  /** The whole body as it has to be sent; the very object that was given when nothing differs. */
  readonly body: JsonObject;
  /** What was changed, in order, to be told to the caller. */
  readonly changes: readonly Change[];
  /**
   * Present when replacing these top-level values in the client's own bytes gives the same document as
   * `body`, so that it need not be written anew.
   */
  readonly edits?: readonly FieldEdit[];
  /** Where `body` is of an outline: all of it. */
  readonly whole?: () => JsonObject;
}

/**
 * A body made fit by `adapt`, which is given the outline first: where its edits are enough, nobody has to read the
 * whole.
 */
export function adaptedBody(
  body: { readonly outline: JsonObject; readonly json: JsonObject },
  adapt: (json: JsonObject) => AdaptedBody,
): AdaptedBody {
  const outlined = adapt(body.outline);
  if (outlined.edits !== undefined) return { ...outlined, whole: () => adapt(body.json).body };
  return body.json === body.outline ? outlined : adapt(body.json);
}

/** Changes a request body step by step, never the object it was given, and keeps account of it. */
export class BodyEditor {
  readonly #changes: Change[] = [];
  readonly #edits = new Map<string, FieldEdit>();
  #body: JsonObject;
  #spliceable = true;

  constructor(body: JsonObject) {
    this.#body = body;
  }

  get body(): JsonObject {
    return this.#body;
  }

  /** Tells the caller of a change. */
  report(change: Change): void {
    this.#changes.push(change);
  }

  /** Sets a top-level field without telling: for what every forwarded request needs anyway. */
  set(key: string, value: JsonValue): void {
    if (this.#body[key] === value) return;
    this.#body = { ...this.#body, [key]: value };
    this.#edits.set(key, { key, value: JSON.stringify(value) });
  }

  /** Puts another value, made from the old one, into a field. */
  rewrite(key: string, value: JsonValue): void {
    this.#spliceable = false;
    this.#body = { ...this.#body, [key]: value };
  }

  drop(field: string, reason: string): void {
    if (this.#body[field] === undefined) return;
    const { [field]: _dropped, ...rest } = this.#body;
    this.#body = rest;
    this.#spliceable = false;
    this.report({ field, action: "dropped", reason });
  }

  rename(field: string, to: string, reason: string): void {
    if (this.#body[field] === undefined) return;
    const entries = Object.entries(this.#body).map(([key, value]) => [key === field ? to : key, value] as const);
    this.#body = Object.fromEntries(entries);
    this.#spliceable = false;
    this.report({ field, action: "renamed", to, reason });
  }

  /** Takes out of every string what strict servers refuse. */
  clean(): void {
    const clean = cleanStrings(this.#body);
    if (clean === this.#body) return;
    for (const [field, value] of Object.entries(this.#body)) {
      const isClean = cleanText(field) === field && (value === undefined || cleanStrings(value) === value);
      if (!isClean)
        this.report({
          field: cleanText(field),
          action: "replaced",
          to: "valid text",
          reason: "it held NUL or half a surrogate pair",
        });
    }
    this.#body = clean;
    this.#spliceable = false;
  }

  done(): AdaptedBody {
    const { body } = this;
    return { body, changes: this.#changes, ...(this.#spliceable && { edits: [...this.#edits.values()] }) };
  }
}
