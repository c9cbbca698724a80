/**
 * Follows JSON text as it arrives and knows when its outermost object, array or string has closed,
 * without ever parsing it again from the start. It checks brackets and quotes, not grammar.
 */
export class JsonProgress {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #complete = false;

  /** Whether the text so far is closed, so that only white space could still belong to it. */
  get complete(): boolean {
    return this.#complete;
  }

  push(text: string): void {
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (this.#inString) this.#stringCharacter(code);
      else this.#structureCharacter(code);
    }
  }

  #stringCharacter(code: number): void {
    if (this.#escaped) {
      this.#escaped = false;
    } else if (code === BACKSLASH) {
      this.#escaped = true;
    } else if (code === QUOTE) {
      this.#inString = false;
      this.#complete = this.#depth === 0;
    }
  }

  #structureCharacter(code: number): void {
    if (code === QUOTE) {
      this.#inString = true;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      this.#depth += 1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      this.#depth -= 1;
      this.#complete = this.#depth === 0;
    }
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
