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

/**
 * Reads one JSON value, as strict as `JSON.parse`, and gives the offset just behind it, or the
 * mistake in it. The messages of `JSON.parse` differ between engines and do not always say where.
 */
export function scanValue(text: string, start: number): number | Mistake {
  return new ValueScanner(text, start).scan();
}

/** The offset of the first character from `start` that is not JSON whitespace. */
export function skipWhitespace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** What comes next: a value, what follows a value, nothing more, or it cannot go on. */
type Step = "value" | "after" | "end" | Mistake;
type Closing = "}" | "]";

/** Goes step by step with a stack of its own: deep nesting cannot exhaust the engine's. */
class ValueScanner {
  readonly #text: string;
  readonly #open: Closing[] = [];
  #at: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  scan(): number | Mistake {
    let step: Step = "value";
    while (step === "value" || step === "after") step = step === "value" ? this.#value() : this.#after();
    return step === "end" ? this.#at : step;
  }

  #value(): Step {
    this.#skip();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#container("}");
      case "[":
        return this.#container("]");
      case '"':
        return this.#string() ?? "after";
      default:
        return this.#scalar();
    }
  }

  #container(closing: Closing): Step {
    this.#at += 1;
    this.#skip();
    if (this.#take(closing)) return "after";
    this.#open.push(closing);
    return closing === "}" ? this.#key('a property name in double quotes, or "}"') : "value";
  }

  #after(): Step {
    const closing = this.#open.at(-1);
    if (closing === undefined) return "end";
    this.#skip();
    if (this.#take(closing)) {
      this.#open.pop();
      return "after";
    }
    if (!this.#take(",")) return this.#mistake(`"," or "${closing}"`);
    this.#skip();
    return closing === "}" ? this.#key("a property name in double quotes") : "value";
  }

  #key(expected: string): Step {
    if (this.#text[this.#at] !== '"') return this.#mistake(expected);
    const mistake = this.#string();
    if (mistake !== undefined) return mistake;
    this.#skip();
    return this.#take(":") ? "value" : this.#mistake('":"');
  }

  #scalar(): Step {
    const end = endOfMatch(SCALAR, this.#text, this.#at);
    if (end === undefined) return this.#mistake("a value");
    this.#at = end;
    return "after";
  }

  #string(): Mistake | undefined {
    const text = this.#text;
    this.#at += 1;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === QUOTE) {
        this.#at += 1;
        return undefined;
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
  }

  #skip(): void {
    this.#at = skipWhitespace(this.#text, this.#at);
  }

  #take(character: string): boolean {
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
