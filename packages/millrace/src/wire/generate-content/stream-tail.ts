import type { JsonObject } from "../../model/json.ts";
import { sniffBody } from "../assembly/body-kind.ts";
import { parseJson } from "../json/parse.ts";
import { isObject } from "../json/read.ts";

const LF = 0x0a;
const CR = 0x0d;
const OPEN_BRACE = 0x7b;
/** An error is small. */
const LENGTH_MAX = 64 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * Finds what the service puts at the end of an event stream that breaks off: the error as plain JSON, outside of any
 * event. No event begins with a brace.
 */
export class StreamTail {
  #tail = NOTHING;
  #atLineStart = false;
  /** Nothing is looked for: the body is no event stream, or what stood behind the events is too long. */
  #off = false;
  #begun = false;

  push(bytes: Uint8Array): void {
    if (!this.#begun) this.#begin(bytes);
    if (this.#off) return;
    if (this.#tail.length > 0) return this.#append(bytes);
    let start = this.#atLineStart && bytes[0] === OPEN_BRACE ? 0 : -1;
    for (let end = bytes.indexOf(LF); start === -1 && end !== -1; end = bytes.indexOf(LF, end + 1)) {
      if (bytes[end + 1] === OPEN_BRACE) start = end + 1;
    }
    const last = bytes.at(-1);
    if (last !== undefined) this.#atLineStart = last === LF || last === CR;
    if (start !== -1) this.#append(bytes.subarray(start));
  }

  /** The bytes are over: the error that stood behind the events, if one did. */
  end(): JsonObject | undefined {
    if (this.#tail.length === 0) return undefined;
    const parsed = parseJson(new TextDecoder().decode(this.#tail), LENGTH_MAX * 8);
    if (!parsed.ok || parsed.trailing || !isObject(parsed.value)) return undefined;
    return parsed.value["error"] === undefined ? undefined : parsed.value;
  }

  #begin(bytes: Uint8Array): void {
    const kind = sniffBody(bytes);
    this.#begun = kind !== undefined;
    this.#off = kind !== undefined && kind !== "events";
  }

  #append(bytes: Uint8Array): void {
    if (this.#tail.length + bytes.length > LENGTH_MAX) {
      this.#off = true;
      this.#tail = NOTHING;
      return;
    }
    const whole = new Uint8Array(this.#tail.length + bytes.length);
    whole.set(this.#tail);
    whole.set(bytes, this.#tail.length);
    this.#tail = whole;
  }
}
