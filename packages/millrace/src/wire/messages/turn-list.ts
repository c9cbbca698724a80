import type { JsonObject } from "../../model/json.ts";
import type { Block, WireTurn } from "./types.ts";

interface Draft {
  readonly role: WireTurn["role"];
  readonly blocks: Block[];
  readonly extra: JsonObject;
}

/**
 * Turns as the dialect wants them: those of one role that follow each other are one, and in a turn of the user the
 * results of calls come before all else. Instructions among the user's messages come behind them.
 */
export class TurnList {
  readonly #drafts: Draft[] = [];

  add(role: WireTurn["role"], blocks: readonly Block[], extra: JsonObject = {}): void {
    if (blocks.length === 0) return;
    const at = this.#drafts.findLastIndex((draft, index) => draft.role === role && index >= this.#drafts.length - 2);
    const known = this.#drafts[at];
    const follows = at === this.#drafts.length - 1 || (role === "user" && this.#drafts.at(-1)?.role === "system");
    if (known !== undefined && follows) {
      known.blocks.push(...blocks);
      this.#drafts[at] = { ...known, extra: { ...known.extra, ...extra } };
    } else {
      this.#drafts.push({ role, blocks: [...blocks], extra });
    }
  }

  /** All turns. `trimmed`: white space was taken off the end, where the server takes none. */
  done(): { readonly turns: readonly WireTurn[]; readonly trimmed: boolean } {
    const last = this.#drafts.at(-1);
    const fit = last?.role === "assistant" ? withoutEndingSpace(last.blocks) : last?.blocks;
    const turns = this.#drafts.map(({ role, blocks, extra }, index) => {
      const own = index === this.#drafts.length - 1 ? (fit ?? blocks) : blocks;
      return { ...extra, role, content: contentOf(role === "user" ? resultsFirst(own) : own) };
    });
    return { turns, trimmed: fit !== last?.blocks };
  }
}

/** An answer that is to be gone on with may not end in white space. */
function withoutEndingSpace(blocks: readonly Block[]): readonly Block[] {
  const last = blocks.at(-1);
  if (last?.["type"] !== "text" || typeof last["text"] !== "string") return blocks;
  const text = last["text"].trimEnd();
  return text === last["text"] ? blocks : [...blocks.slice(0, -1), { ...last, text }];
}

function resultsFirst(blocks: readonly Block[]): readonly Block[] {
  const isResult = ({ type }: Block): boolean => type === "tool_result";
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

/** A lone text is sent as one. */
function contentOf(blocks: readonly Block[]): WireTurn["content"] {
  const [only, ...others] = blocks;
  if (only === undefined || others.length > 0) return blocks;
  const { type, text, ...marks } = only;
  return type === "text" && typeof text === "string" && Object.keys(marks).length === 0 ? text : blocks;
}
