import type { ReplyRules } from "./rules.ts";

/** A piece of text that turned out to be the answer's or its reasoning's. */
export interface SplitPiece {
  readonly kind: "text" | "reasoning";
  readonly text: string;
}

const OPEN = "<think>";
const CLOSE = "</think>";

/**
 * Splits text with `<think>` tags into reasoning and answer as it arrives, however the tags are cut.
 * Only a tag at the very start counts: later ones are prose or code.
 */
export class ThinkTagSplitter {
  #state: "start" | "opened" | "reasoning" | "gap" | "text";
  /** Text that may still turn out to be a tag, or white space around one. */
  #held = "";

  constructor(rule: ReplyRules["thinkTags"]) {
    this.#state = rule === "leave" ? "text" : "start";
    this.#impliedOpen = rule === "extract-from-start";
  }

  readonly #impliedOpen: boolean;

  /** Whether the reasoning was opened and has not been closed. */
  get unclosed(): boolean {
    return this.#state === "reasoning" || this.#state === "opened";
  }

  /** The server gives reasoning in a field of its own, so nothing in the text is reasoning. */
  leaveText(): void {
    if (this.#state === "start") this.#state = "text";
  }

  push(text: string): SplitPiece[] {
    if (this.#state === "text" && this.#held === "") return text === "" ? [] : [{ kind: "text", text }];
    const pieces: SplitPiece[] = [];
    let rest = this.#held + text;
    this.#held = "";
    while (rest !== "") rest = this.#step(rest, pieces);
    return pieces;
  }

  /** The text is over: what was held is what it looks like. */
  end(): SplitPiece[] {
    const text = this.#held;
    this.#held = "";
    if (text === "") return [];
    const opened = this.#state === "reasoning" || (this.#state === "start" && this.#impliedOpen);
    return [{ kind: opened ? "reasoning" : "text", text }];
  }

  /** Reads as far as the present state goes and gives what is left for the next one. */
  #step(text: string, pieces: SplitPiece[]): string {
    switch (this.#state) {
      case "start":
        return this.#atStart(text);
      case "opened":
        return this.#skipSpace(text, "reasoning");
      case "reasoning":
        return this.#inReasoning(text, pieces);
      case "gap":
        return this.#skipSpace(text, "text");
      case "text":
        pieces.push({ kind: "text", text });
        return "";
    }
  }

  #atStart(text: string): string {
    const tag = text.trimStart();
    if (tag.startsWith(OPEN)) {
      this.#state = "opened";
      return tag.slice(OPEN.length);
    }
    if (OPEN.startsWith(tag)) {
      this.#held = text;
      return "";
    }
    this.#state = this.#impliedOpen ? "opened" : "text";
    return text;
  }

  #inReasoning(text: string, pieces: SplitPiece[]): string {
    const close = text.indexOf(CLOSE);
    const end = close === -1 ? text.length - partialTagLength(text) : close;
    if (end > 0) pieces.push({ kind: "reasoning", text: text.slice(0, end) });
    if (close === -1) {
      this.#held = text.slice(end);
      return "";
    }
    this.#state = "gap";
    return text.slice(close + CLOSE.length);
  }

  /** The blank lines that templates put behind a tag. */
  #skipSpace(text: string, next: "reasoning" | "text"): string {
    const rest = text.trimStart();
    if (rest !== "") this.#state = next;
    return rest;
  }
}

/** How many characters at the end of the text may be the beginning of a closing tag. */
function partialTagLength(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  }
  return 0;
}
