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

/** A client's body, of which an outline may be all that was read. */
export interface OutlinedBody {
  readonly outline: JsonObject;
  readonly json: JsonObject;
  /** Present where the outline is as much as anybody reads, with what was changed already. */
  readonly large?: { readonly changes: readonly Change[] };
}

/**
 * A body made fit by `adapt`, which is given the outline first: where its edits are enough, nobody has to read the
 * whole.
 */
export function adaptedBody(body: OutlinedBody, adapt: (json: JsonObject) => AdaptedBody): AdaptedBody {
  const outlined = adapt(body.outline);
  if (body.large !== undefined) return { ...outlined, changes: [...body.large.changes, ...outlined.changes] };
  if (outlined.edits !== undefined) return { ...outlined, whole: () => adapt(body.json).body };
  return body.json === body.outline ? outlined : adapt(body.json);
}

/** The change of a field of whose strings something unfit was taken out. */
export function replacedText(field: string): Change {
  return { field, action: "replaced", to: "valid text", reason: "it held NUL or half a surrogate pair" };
}

/** What one request may have to be told of: records keep it, and a client can make a conversation of a million messages. */
const CHANGES_MAX = 1000;

function moreChanges(count: number): Change {
  return { field: "messages", action: "replaced", to: `${count} more changes`, reason: "they are too many to name" };
}

/** An editor of a body from whose strings is taken what strict servers refuse, unless it is known that they hold none. */
export function cleanEditor(body: JsonObject, isClean: boolean | undefined): BodyEditor {
  const editor = new BodyEditor(body);
  if (isClean !== true) editor.clean();
  return editor;
}

/** Changes a request body step by step, never the object it was given, and keeps account of it. */
export class BodyEditor {
  readonly #changes: Change[] = [];
  readonly #edits = new Map<string, FieldEdit>();
  #body: JsonObject;
  #spliceable = true;
  #untold = 0;

  constructor(body: JsonObject) {
    this.#body = body;
  }

  get body(): JsonObject {
    return this.#body;
  }

  /** Tells the caller of a change. */
  report(change: Change): void {
    if (this.#changes.length < CHANGES_MAX) this.#changes.push(change);
    else this.#untold += 1;
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
      if (!isClean) this.report(replacedText(cleanText(field)));
    }
    this.#body = clean;
    this.#spliceable = false;
  }

  done(): AdaptedBody {
    const { body } = this;
    if (this.#untold > 0) this.#changes.push(moreChanges(this.#untold));
    return { body, changes: this.#changes, ...(this.#spliceable && { edits: [...this.#edits.values()] }) };
  }
}
