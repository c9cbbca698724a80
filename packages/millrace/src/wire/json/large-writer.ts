import type { JsonObject, JsonValue } from "../../model/json.ts";
import { joined } from "../bytes/joined.ts";
import { CUT_MARK, type LargeDocument } from "./large-document.ts";
import { isArray, isObject } from "./read.ts";
import type { Steps } from "./steps.ts";
import type { Span } from "./top-level.ts";

/** About how many characters of JSON are written in one step. */
const STEP_CHARS = 256 * 1024;
/** What was read is not large further in than this. */
const DEPTH_MAX = 64;
/** Beside its characters, in characters. */
const VALUE_COST = 8;
/** Pieces up to here are joined; above, the copy costs more than one more piece. */
const JOINED_PIECE_BYTES_MAX = 64 * 1024;
const JOINED_BYTES = 256 * 1024;

const MARK = /\\ud800(\d+)(?=")/uy;
const BACKSLASH = 0x5c;
const TEXT = new TextEncoder();

/**
 * Writes a document that was made from the outline of a large one, with all that the outline left out, in steps of a
 * few milliseconds. Fields that still have the same value are taken from the bytes as they stand there.
 *
 * @returns pieces that follow one another
 */
export function* writeLarge(
  document: LargeDocument,
  json: JsonObject,
  stepChars: number = STEP_CHARS,
): Steps<readonly Uint8Array[]> {
  const writer = new LargeWriter(document, stepChars);
  yield* writer.fields(json, 0);
  return writer.done();
}

class LargeWriter {
  readonly #document: LargeDocument;
  readonly #stepChars: number;
  readonly #pieces: Uint8Array[] = [];
  #small: Uint8Array[] = [];
  #smallBytes = 0;
  /** Characters since the last pause. */
  #chars = 0;

  constructor(document: LargeDocument, stepChars: number) {
    this.#document = document;
    this.#stepChars = stepChars;
  }

  done(): readonly Uint8Array[] {
    this.#join();
    return this.#pieces;
  }

  *fields(fields: JsonObject, depth: number): Steps<void> {
    let separator = "{";
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue;
      this.#text(`${separator}${JSON.stringify(name)}:`);
      separator = ",";
      const span = depth === 0 ? this.#spanOf(name, value) : undefined;
      if (span === undefined) yield* this.#value(value, depth + 1);
      else this.#source(span);
      yield* this.#pause();
    }
    this.#text(separator === "{" ? "{}" : "}");
  }

  *#value(value: JsonValue, depth: number): Steps<void> {
    const isLarge = depth < DEPTH_MAX && costOf(value, this.#stepChars) >= this.#stepChars;
    if (isLarge && isArray(value)) yield* this.#members(value, depth);
    else if (isLarge && isObject(value)) yield* this.fields(value, depth);
    else this.#text(JSON.stringify(value));
  }

  *#members(list: readonly JsonValue[], depth: number): Steps<void> {
    let separator = "[";
    let group: JsonValue[] = [];
    let room = this.#stepChars;
    for (const member of list) {
      const cost = costOf(member, this.#stepChars);
      if (cost >= room && group.length > 0) {
        this.#text(separator + textOf(group));
        separator = ",";
        group = [];
        room = this.#stepChars;
        yield* this.#pause();
      }
      if (cost < room) {
        group.push(member);
        room -= cost;
        continue;
      }
      this.#text(separator);
      separator = ",";
      yield* this.#value(member, depth + 1);
    }
    this.#text(group.length === 0 && separator === "," ? "]" : `${separator}${textOf(group)}]`);
  }

  /** Where a field of the document stands that is still what it was. */
  #spanOf(name: string, value: JsonValue): Span | undefined {
    return this.#document.outline[name] === value ? this.#document.spans?.values.get(name) : undefined;
  }

  #source({ start, end }: Span): void {
    this.#add(this.#document.bytes.subarray(start, end));
  }

  /** JSON text in which strings may be cut: what was left out of them is put back. */
  #text(json: string): void {
    this.#chars += json.length;
    let kept = 0;
    for (let at = json.indexOf(CUT_MARK); at !== -1; at = json.indexOf(CUT_MARK, at + 1)) {
      MARK.lastIndex = at;
      const cut = isEscaped(json, at) ? undefined : MARK.exec(json)?.[1];
      const span = cut === undefined ? undefined : this.#document.cuts[Number(cut)];
      if (span === undefined) continue;
      this.#add(TEXT.encode(json.slice(kept, at)));
      this.#source(span);
      kept = MARK.lastIndex;
    }
    this.#add(TEXT.encode(kept === 0 ? json : json.slice(kept)));
  }

  #add(piece: Uint8Array): void {
    if (piece.length > JOINED_PIECE_BYTES_MAX) {
      this.#join();
      this.#pieces.push(piece);
      return;
    }
    this.#small.push(piece);
    this.#smallBytes += piece.length;
    if (this.#smallBytes >= JOINED_BYTES) this.#join();
  }

  #join(): void {
    if (this.#smallBytes > 0) this.#pieces.push(joined(this.#small));
    this.#small = [];
    this.#smallBytes = 0;
  }

  *#pause(): Steps<void> {
    if (this.#chars < this.#stepChars) return;
    this.#chars = 0;
    yield;
  }
}

/** The members without the brackets around them. */
function textOf(group: readonly JsonValue[]): string {
  return JSON.stringify(group).slice(1, -1);
}

/** About how long a value's text is; counting ends at the limit. */
function costOf(root: JsonValue, limit: number): number {
  let cost = 0;
  const pending: JsonValue[] = [root];
  for (let value = pending.pop(); value !== undefined && cost < limit; value = pending.pop()) {
    cost += VALUE_COST;
    if (typeof value === "string") cost += value.length;
    else if (isArray(value)) {
      if (value.length * VALUE_COST >= limit) return limit;
      for (const member of value) pending.push(member);
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        cost += name.length;
        if (member !== undefined) pending.push(member);
      }
    }
  }
  return Math.min(cost, limit);
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
