import { SseError } from "./event.ts";
import type { SseEvent } from "./event.ts";
import { LineBuffer } from "./line-buffer.ts";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

const FIELDS = ["data", "event", "id", "retry"] as const;
type Field = (typeof FIELDS)[number];
/** What a data line costs beyond its bytes, so that many short ones are not a way around the limit. */
const LINE_COST_BYTES = 64;
const BLANK = new Uint8Array(0);
const FIELD_BYTES = FIELDS.map((name) => ({ name, bytes: new TextEncoder().encode(name) }));

/**
 * Turns the bytes of an event stream into events, wherever the network cut them.
 *
 * Lines are found in the bytes, not in text: their ends are ASCII, so no character is ever cut, and
 * what only looks like a line end to Unicode (U+2028, U+0085) is not one here. Each byte is looked at
 * a fixed number of times.
 *
 * Beyond the standard, it gives a last event that the end of the stream left without its blank line,
 * since some servers end that way.
 */
export class SseDecoder {
  readonly #maxEventBytes: number;
  readonly #text = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #line = new LineBuffer();
  readonly #data: string[] = [];
  #dataBytes = 0;
  #event = "";
  #eventBytes = 0;
  #firstLine = true;
  /** The last byte was a CR, which ended a line; an LF right behind it belongs to that same end. */
  #afterCr = false;
  #error: SseError | undefined;
  #unknownFields = 0;
  #comments = 0;

  /**
   * `maxEventBytes` bounds the lines of the pending event, the unfinished one included; each line of data
   * behind the first counts for a little more than its length.
   */
  constructor(options: { readonly maxEventBytes: number }) {
    this.#maxEventBytes = options.maxEventBytes;
  }

  /** Lines so far that are no field of an event stream, such as `DATA: x` or a line of JSON. */
  get unknownFields(): number {
    return this.#unknownFields;
  }

  /** Why nothing more can be read, as soon as that is so. */
  get error(): SseError | undefined {
    return this.#error;
  }

  /** Comment lines so far; servers send them to keep a quiet connection alive. */
  get comments(): number {
    return this.#comments;
  }

  /**
   * The events that these bytes complete.
   *
   * Throws an {@link SseError} when the pending event is over the limit. Events that were completed
   * by the same bytes are given first; the error is then in {@link error}, and thrown by the next call.
   */
  push(bytes: Uint8Array): SseEvent[] {
    if (this.#error !== undefined) throw this.#error;
    const events: SseEvent[] = [];
    try {
      this.#read(bytes, events);
    } catch (error) {
      if (!(error instanceof SseError)) throw error;
      this.#fail(error);
      if (events.length === 0) throw error;
    }
    return events;
  }

  /** The stream is over: the event that was still open, if it has data. */
  end(): SseEvent[] {
    if (this.#error !== undefined) throw this.#error;
    const events: SseEvent[] = [];
    if (this.#line.length > 0) this.#endLine(this.#line.take(), events);
    this.#dispatch(events);
    return events;
  }

  #read(bytes: Uint8Array, events: SseEvent[]): void {
    if (bytes.length === 0) return;
    let start = this.#afterCr && bytes[0] === LF ? 1 : 0;
    this.#afterCr = false;
    let lf = bytes.indexOf(LF, start);
    let cr = bytes.indexOf(CR, start);
    while (lf !== -1 || cr !== -1) {
      const end = lf === -1 || (cr !== -1 && cr < lf) ? cr : lf;
      // Half of all lines are blank.
      if (end === start && this.#line.length === 0) this.#endLine(BLANK, events);
      else this.#finishLine(bytes.subarray(start, end), events);
      start = end + 1;
      if (end === cr) {
        if (start === bytes.length) this.#afterCr = true;
        else if (start === lf) start += 1;
        cr = bytes.indexOf(CR, start);
      }
      if (lf !== -1 && lf < start) lf = bytes.indexOf(LF, start);
    }
    if (start < bytes.length) this.#hold(bytes.subarray(start));
  }

  /** The rest of a chunk: the beginning, or a further piece, of a line. */
  #hold(piece: Uint8Array): void {
    this.#checkSize(this.#line.length + piece.length);
    this.#line.append(piece);
  }

  /** A line's last piece; nearly always it is the whole line, which is then read where it lies. */
  #finishLine(piece: Uint8Array, events: SseEvent[]): void {
    this.#checkSize(this.#line.length + piece.length);
    if (this.#line.length === 0) {
      this.#endLine(piece, events);
    } else {
      this.#line.append(piece);
      this.#endLine(this.#line.take(), events);
    }
  }

  #endLine(whole: Uint8Array, events: SseEvent[]): void {
    const line = this.#firstLine ? withoutByteOrderMark(whole) : whole;
    this.#firstLine = false;
    if (line.length === 0) this.#dispatch(events);
    else if (line[0] === COLON) this.#comments += 1;
    else this.#takeField(line);
  }

  #takeField(line: Uint8Array): void {
    const field = fieldOf(line);
    if (field === undefined) {
      this.#unknownFields += 1;
    } else if (field === "data") {
      if (this.#data.length > 0) this.#dataBytes += LINE_COST_BYTES;
      this.#data.push(this.#valueOf(line, field));
      this.#dataBytes += line.length;
    } else if (field === "event") {
      this.#event = this.#valueOf(line, field);
      this.#eventBytes = line.length;
    }
  }

  #valueOf(line: Uint8Array, field: Field): string {
    const afterColon = field.length + 1;
    return this.#text.decode(line.subarray(line[afterColon] === SPACE ? afterColon + 1 : afterColon));
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#data.length > 0) events.push({ event: this.#event, data: this.#data.join("\n") });
    this.#forgetEvent();
  }

  #forgetEvent(): void {
    this.#data.length = 0;
    this.#dataBytes = 0;
    this.#event = "";
    this.#eventBytes = 0;
  }

  #checkSize(lineBytes: number): void {
    if (this.#dataBytes + this.#eventBytes + lineBytes > this.#maxEventBytes) throw new SseError(this.#maxEventBytes);
  }

  /** After an error there is no way back into the stream, and nothing of it is held. */
  #fail(error: SseError): void {
    this.#error = error;
    this.#forgetEvent();
    this.#line.take();
  }
}

/** The field a line sets: its name ends at the first colon, or with the line. */
function fieldOf(line: Uint8Array): Field | undefined {
  for (const { name, bytes } of FIELD_BYTES) {
    const next = line[bytes.length];
    if ((next === COLON || next === undefined) && startsWith(line, bytes)) return name;
  }
  return undefined;
}

function withoutByteOrderMark(line: Uint8Array): Uint8Array {
  return startsWith(line, BYTE_ORDER_MARK) ? line.subarray(BYTE_ORDER_MARK.length) : line;
}

function startsWith(line: Uint8Array, prefix: ArrayLike<number>): boolean {
  if (line.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i += 1) {
    if (line[i] !== prefix[i]) return false;
  }
  return true;
}
