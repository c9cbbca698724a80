import type { JsonField } from "../json/read.ts";
import type { CacheControl, ContentPart, Message, ReasoningDetail } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { isObject, stringOf } from "../json/read.ts";
import { detailsOf } from "./reasoning-blocks.ts";
import type { Block } from "./types.ts";

/** Between blocks of reasoning, where they are read as one text. */
const BLOCK_BREAK = "\n\n";

/** What a message can hold, in the order in which it is read. */
const PHASES = { reasoning: 0, content: 1, calls: 2, over: 3 } as const;

interface Draft {
  phase: number;
  readonly reasoning: string[];
  readonly details: ReasoningDetail[];
  readonly parts: ContentPart[];
  readonly calls: ToolCall[];
  cacheControl?: CacheControl;
}

/** An assistant's turn that is being read: as many messages as it takes to keep its order. */
export class AssistantTurn {
  readonly #drafts: Draft[] = [];

  addReasoning(block: Block): void {
    const draft = this.#at(PHASES.reasoning);
    const text = stringOf(block["thinking"]) ?? "";
    if (text !== "") draft.reasoning.push(text);
    draft.details.push(...detailsOf(block));
  }

  addPart(part: ContentPart): void {
    this.#at(PHASES.content).parts.push(part);
  }

  /** A mark for the cache ends the message: it stands for everything up to there. */
  addCall(call: ToolCall, mark: JsonField): void {
    const draft = this.#at(PHASES.calls);
    draft.calls.push(call);
    if (!isObject(mark)) return;
    draft.cacheControl = mark;
    draft.phase = PHASES.over;
  }

  messages(contentOf: (parts: readonly ContentPart[]) => Message["content"]): readonly Message[] {
    if (this.#drafts.length === 0) return [{ role: "assistant", content: "" }];
    return this.#drafts.map(({ reasoning, details, parts, calls, cacheControl }) => ({
      role: "assistant",
      content: parts.length === 0 ? null : contentOf(parts),
      ...(reasoning.length > 0 && { reasoning: reasoning.join(BLOCK_BREAK) }),
      ...(details.length > 0 && { reasoningDetails: details }),
      ...(calls.length > 0 && { toolCalls: calls }),
      ...(cacheControl && { cacheControl }),
    }));
  }

  #at(phase: number): Draft {
    const last = this.#drafts.at(-1);
    if (last !== undefined && last.phase <= phase) {
      last.phase = phase;
      return last;
    }
    const draft: Draft = { phase, reasoning: [], details: [], parts: [], calls: [] };
    this.#drafts.push(draft);
    return draft;
  }
}
