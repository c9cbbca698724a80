import type { Steps } from "./steps.ts";

/** Where JSON text goes wrong, and what should have been there. */
export interface Mistake {
  readonly at: number;
  readonly expected: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
/** From here on a string may hold every character as it is. */
const FIRST_PRINTABLE = SPACE;

const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/uy;

/** About how many characters are read in one step. */
const CHARS_PER_STEP = 256 * 1024;

/**
 * Reads one JSON value, as strict as `JSON.parse`, and gives the offset just behind it, or the
 * mistake in it. The messages of `JSON.parse` differ between engines and do not always say where.
 */
export function scanValue(text: string, start: number): Steps<number | Mistake> {
  return new ValueScanner(text, start).scan();
}

/** The offset of the first character from `start` that is not JSON whitespace. */
export function* skipWhitespace(text: string, start: number): Steps<number> {
  let at = start;
  for (;;) {
    const stop = at + CHARS_PER_STEP;
    at = spaceEnd(text, at, stop);
    if (at < stop) return at;
    yield;
  }
}

function spaceEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** What comes next, behind whitespace but for the inside of strings; or it cannot go on. */
type Step = "value" | "first" | "name" | "in-name" | "colon" | "in-string" | "after" | Mistake;
type Closing = "}" | "]";

/** Goes step by step with a stack of its own: deep nesting cannot exhaust the engine's. */
class ValueScanner {
  readonly #text: string;
  readonly #open: Closing[] = [];
  #at: number;
  #pauseAt: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
    this.#pauseAt = start + CHARS_PER_STEP;
  }

  *scan(): Steps<number | Mistake> {
    let step: Step = "value";
    while (typeof step === "string") {
      if (step === "after" && this.#open.length === 0) return this.#at;
      if (this.#at >= this.#pauseAt) {
        this.#pauseAt = this.#at + CHARS_PER_STEP;
        yield;
      }
      step = this.#take(step);
    }
    return step;
  }

  #take(step: Exclude<Step, Mistake>): Step {
    if (step === "in-name" || step === "in-string") return this.#string(step);
    this.#at = spaceEnd(this.#text, this.#at, this.#pauseAt);
    if (this.#at === this.#pauseAt) return step;
    switch (step) {
      case "value":
        return this.#value();
      case "first":
        return this.#first();
      case "name":
        return this.#name("a property name in double quotes");
      case "colon":
        return this.#passes(":") ? "value" : this.#mistake('":"');
      case "after":
        return this.#after();
    }
  }

  #value(): Step {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#container("}");
      case "[":
        return this.#container("]");
      case '"':
        this.#at += 1;
        return "in-string";
      default:
        return this.#scalar();
    }
  }

  #container(closing: Closing): Step {
    this.#at += 1;
    this.#open.push(closing);
    return "first";
  }

  #first(): Step {
    const closing = this.#open.at(-1);
    if (closing !== undefined && this.#passes(closing)) {
      this.#open.pop();
      return "after";
    }
    return closing === "}" ? this.#name('a property name in double quotes, or "}"') : "value";
  }

  #after(): Step {
    const closing = this.#open.at(-1);
    if (closing !== undefined && this.#passes(closing)) {
      this.#open.pop();
      return "after";
    }
    if (!this.#passes(",")) return this.#mistake(`"," or "${closing}"`);
    return closing === "}" ? "name" : "value";
  }

  #name(expected: string): Step {
    return this.#passes('"') ? "in-name" : this.#mistake(expected);
  }

  #scalar(): Step {
    const end = endOfMatch(SCALAR, this.#text, this.#at);
    if (end === undefined) return this.#mistake("a value");
    this.#at = end;
    return "after";
  }

  /** On in a string, to its end or as far as this step goes. */
  #string(step: "in-name" | "in-string"): Step {
    const text = this.#text;
    while (this.#at < this.#pauseAt) {
      const code = text.charCodeAt(this.#at);
      if (code === QUOTE) {
        this.#at += 1;
        return step === "in-name" ? "colon" : "after";
      }
      if (code === BACKSLASH) {
        const end = endOfMatch(ESCAPE, text, this.#at);
        if (end === undefined) return this.#mistake("a valid escape");
        this.#at = end;
      } else if (code >= FIRST_PRINTABLE) {
        this.#at += 1;
      } else {
        return this.#mistake(Number.isNaN(code) ? "the string's closing quote" : "no control character in a string");
      }
    }
    return step;
  }

  #passes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #mistake(expected: string): Mistake {
    return { at: this.#at, expected };
  }
}

function isSpace(code: number): boolean {
  return code === SPACE || code === LF || code === CR || code === TAB;
}

function endOfMatch(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
