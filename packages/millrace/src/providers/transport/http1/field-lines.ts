import { TOKEN } from "../headers.ts";
import { malformed, ReplyError } from "./reply-error.ts";

/** What one head, and what the trailers of one reply, may take. */
const FIELD_BYTES_MAX = 64 * 1024;

/** RFC 9110 §5.5: no control characters but the tab. Line ends are looked at apart. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Servers send the same few names again and again. */
const NAMES_MAX = 1000;
const NAME_KEPT_MAX = 64;
const lowerCaseNames = new Map<string, string>();

/**
 * Takes lines that end with CR LF until the blank one, however they are cut: the head of a reply, or its
 * trailers.
 */
export class FieldLines {
  /** Of the status line; unset where it is not in yet, or where there is none. */
  statusLine = "";
  fields: Record<string, string> = {};
  /** The blank line was taken. */
  isComplete = false;
  #awaitsStatusLine = false;
  /** Bytes of a line that is not complete, one character each. */
  #rest = "";
  #bytes = 0;

  begin(withStatusLine: boolean): void {
    this.statusLine = "";
    this.fields = {};
    this.#awaitsStatusLine = withStatusLine;
    this.#rest = "";
    this.#bytes = 0;
    this.isComplete = false;
  }

  /**
   * @returns where it got to in `bytes`: behind a blank line, or at the end
   * @throws {ReplyError} for what is no header
   */
  take(bytes: Buffer, from: number): number {
    // Most trailers are none.
    if (this.#bytes === 0 && !this.#awaitsStatusLine && bytes[from] === CR && bytes[from + 1] === LF) {
      this.isComplete = true;
      return from + 2;
    }
    // Most heads come whole, and then nothing behind them need be looked at.
    const end = this.#bytes === 0 && this.#awaitsStatusLine ? bytes.indexOf("\r\n\r\n", from, "latin1") : -1;
    const piece = bytes.toString("latin1", from, end < 0 ? bytes.length : end + 4);
    const took = this.#takeLines(piece);
    if (FORBIDDEN.test(took === piece.length ? piece : piece.slice(0, took))) {
      throw malformed("a control character in its headers");
    }
    this.#bytes += took;
    if (this.#bytes > FIELD_BYTES_MAX) {
      throw new ReplyError("UND_ERR_HEADERS_OVERFLOW", `The reply has more than ${FIELD_BYTES_MAX} bytes of headers.`);
    }
    return from + took;
  }

  /** @returns how much of `piece` was taken; a line that is not complete is, too */
  #takeLines(piece: string): number {
    const held = this.#rest.length;
    const text = held === 0 ? piece : this.#rest + piece;
    let start = 0;
    for (;;) {
      const feed = text.indexOf("\n", start);
      if (feed < 0) break;
      if (text.charCodeAt(feed - 1) !== CR || feed === start) throw malformed("a line feed without a carriage return");
      const end = feed - 1;
      if (this.#awaitsStatusLine) this.#takeStatusLine(text.slice(start, end));
      else if (end === start) {
        this.#rest = "";
        this.isComplete = true;
        return feed + 1 - held;
      } else this.#takeField(text, start, end);
      start = feed + 1;
    }
    this.#rest = start === 0 ? text : text.slice(start);
    if (this.#awaitsStatusLine && !canBeginStatusLine(this.#rest)) throw noStatusLine();
    return piece.length;
  }

  #takeStatusLine(line: string): void {
    // Blank lines in front of a reply are skipped by every client.
    if (line === "") return;
    if (!line.startsWith(BEGINNING) || line.includes("\r")) throw noStatusLine();
    this.statusLine = line;
    this.#awaitsStatusLine = false;
  }

  #takeField(text: string, start: number, end: number): void {
    const colon = text.indexOf(":", start);
    // A line that goes on with a space is the obsolete fold; the space makes its name none.
    if (colon < 0 || colon >= end) throw malformed("a header line without a name");
    const name = lowerCaseName(text.slice(start, colon));
    const slice = trimmed(text, colon + 1, end);
    const value = text.length > PINNED_CHARS_MAX ? detached(slice) : slice;
    if (value.includes("\r")) throw malformed("a carriage return in a header");
    const before = this.fields[name];
    // Of a name such as "constructor" every object has something already.
    if (typeof before === "string") this.fields[name] = `${before}, ${value}`;
    else if (name === "__proto__") Object.defineProperty(this.fields, name, { value, ...PLAIN });
    else this.fields[name] = value;
  }
}

/** A slice keeps the text it is of alive, and somebody may keep one header for long. */
const PINNED_CHARS_MAX = 4096;

const CR = 13;
const LF = 10;
const BEGINNING = "HTTP/1.";
const PLAIN = { configurable: true, enumerable: true, writable: true };

/** Other protocols are told at once, not at the end of a line that may never come. */
function canBeginStatusLine(text: string): boolean {
  return text === "\r" || BEGINNING.startsWith(text.slice(0, BEGINNING.length));
}

function noStatusLine(): ReplyError {
  return malformed("no status line of HTTP/1.0 or HTTP/1.1");
}

function lowerCaseName(name: string): string {
  const known = lowerCaseNames.get(name);
  if (known !== undefined) return known;
  if (!TOKEN.test(name)) throw malformed("a header line without a name");
  const lower = name.toLowerCase();
  if (name.length > NAME_KEPT_MAX) return lower;
  if (lowerCaseNames.size >= NAMES_MAX) lowerCaseNames.clear();
  lowerCaseNames.set(detached(name), detached(lower));
  return lower;
}

/** The same characters in a string of their own. */
function detached(slice: string): string {
  return Buffer.from(slice, "latin1").toString("latin1");
}

/** Without the spaces and tabs around it. */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
