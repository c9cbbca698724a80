import { isUtf8 } from "node:buffer";
import { setImmediate as turn } from "node:timers/promises";
import type { CancelSignal } from "../model/cancellation.ts";
import type { JsonObject } from "../model/json.ts";
import type { LargeBody, RequestBody } from "../providers/provider.ts";
import { replacedText } from "../wire/assembly/body-editor.ts";
import { cleanText } from "../wire/json/clean.ts";
import { type LargeDocument, readLarge } from "../wire/json/large-document.ts";
import { extentOf } from "../wire/json/parse.ts";
import { skipWhitespace } from "../wire/json/scan-value.ts";
import type { Steps } from "../wire/json/steps.ts";
import { withoutUnfitEscapes } from "../wire/json/unfit-escapes.ts";
import { UnreadableError } from "../wire/json/unreadable.ts";
import { flawedJson, invalidUtf8, noObject, tooComplex, trailingJson } from "./body-refusals.ts";
import { readDocument } from "./client-body.ts";
import { clientLeft } from "./refusal.ts";

/** From here on, in bytes, a body is read in turns with everything else: below, it takes a few milliseconds. */
const LARGE_BYTES_MIN = 1024 * 1024;

/** What values take in memory, for each byte that a body may have: dense JSON grows thirtyfold when it is read. */
const COST_PER_BYTE_MAX = 6;
/** What the engine looks through in well under a millisecond. */
const WINDOW_BYTES = 1024 * 1024;
const DECODED_BYTES = 256 * 1024;
const ESCAPE = "\\u";

export interface ReadLargeOptions {
  /** How large a body may be, in bytes; its values may take some times as much. */
  readonly maxBytes: number;
  /** Fires when the client leaves, which ends the work. */
  readonly signal: CancelSignal;
}

/**
 * What a client's body says: a small one at once, a large one in turns with everything else.
 *
 * @throws {RefusalError} 400 for what is no JSON object, or too complex to be read
 */
export function readRequestBody(bytes: Uint8Array, options: ReadLargeOptions): RequestBody | Promise<LargeRequestBody> {
  return bytes.length < LARGE_BYTES_MIN ? readDocument(bytes) : readLargeDocument(bytes, options);
}

/**
 * What a large body says, read in turns with everything else. Of its long strings only the beginnings are read.
 *
 * @throws {RefusalError} 400 for what is no JSON object, or too complex to be read
 */
export async function readLargeDocument(
  bytes: Uint8Array,
  { maxBytes, signal }: ReadLargeOptions,
): Promise<LargeRequestBody> {
  const inTurns = <T>(steps: Steps<T>): Promise<T> => takeTurns(steps, signal);
  return new LargeRequestBody(await inTurns(documentIn(bytes, maxBytes)), { isWhole: true, changes: [], inTurns });
}

/** A large body. What is made of it stays one. */
export class LargeRequestBody implements RequestBody {
  readonly bytes: Uint8Array;
  readonly json: JsonObject;
  readonly outline: JsonObject;
  readonly isClean = true;
  readonly large: LargeBody;

  constructor(document: LargeDocument, rest: Omit<LargeBody, "document">) {
    this.bytes = document.bytes;
    this.json = this.outline = document.outline;
    this.large = { ...rest, document };
  }

  /** The same, fit for any server: what {@link withoutUnfitEscapes} takes out is told as changes. */
  cleaned(): Promise<LargeRequestBody> {
    return this.large.inTurns(cleanedBody(this));
  }

  /** The same without a field. */
  without(name: string): LargeRequestBody {
    const { document, ...rest } = this.large;
    if (this.outline[name] === undefined) return this;
    const { [name]: _left, ...outline } = document.outline;
    return new LargeRequestBody({ ...document, outline }, { ...rest, isWhole: false });
  }
}

function* cleanedBody(body: LargeRequestBody): Steps<LargeRequestBody> {
  const { bytes, large } = body;
  const { fields } = large.document;
  if (!(yield* holdsEscape(asBuffer(bytes)))) return body;
  let field = 0;
  const fit = yield* withoutUnfitEscapes(bytes, (at) => {
    while ((fields[field + 1]?.start ?? Infinity) <= at) field += 1;
    return field;
  });
  if (fit === undefined) return body;
  const names = new Set([...fit.places].map((place) => cleanText(fields[place]?.name ?? "")));
  // Nothing was added to what was read once.
  const document = yield* readLarge(fit.bytes);
  return new LargeRequestBody(document, { ...large, changes: [...names].map(replacedText) });
}

function* holdsEscape(buffer: Buffer): Steps<boolean> {
  for (let from = 0; from < buffer.length; from += WINDOW_BYTES) {
    if (buffer.subarray(from, from + WINDOW_BYTES + 1).includes(ESCAPE, 0, "latin1")) return true;
    yield;
  }
  return false;
}

async function takeTurns<T>(steps: Steps<T>, signal: CancelSignal): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await turn();
    if (signal.aborted) throw clientLeft();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws {RefusalError} */
function* documentIn(bytes: Uint8Array, maxBytes: number): Steps<LargeDocument> {
  if (!(yield* isUtf8Text(asBuffer(bytes)))) throw invalidUtf8();
  try {
    return yield* readLarge(bytes, { maxCost: COST_PER_BYTE_MAX * maxBytes });
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    if (error.why !== "malformed") throw tooComplex(error.why);
  }
  return yield* explain(bytes);
}

function* isUtf8Text(buffer: Buffer): Steps<boolean> {
  for (let from = 0; from < buffer.length;) {
    let to = Math.min(from + WINDOW_BYTES, buffer.length);
    // Not within a character.
    while (to > from && to < buffer.length && ((buffer[to] ?? 0) & 0xc0) === 0x80) to -= 1;
    if (to === from || !isUtf8(buffer.subarray(from, to))) return false;
    from = to;
    yield;
  }
  return true;
}

/** Says what is wrong with a body that is no JSON object. */
function* explain(bytes: Uint8Array): Steps<never> {
  const text = yield* textIn(bytes);
  const extent = yield* extentOf(text);
  if ("message" in extent) throw flawedJson(extent);
  throw (yield* skipWhitespace(text, extent.end)) < text.length ? trailingJson() : noObject();
}

function* textIn(bytes: Uint8Array): Steps<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (let from = 0; from < bytes.length; from += DECODED_BYTES) {
    text += decoder.decode(bytes.subarray(from, from + DECODED_BYTES), { stream: true });
    yield;
  }
  return text + decoder.decode();
}
