import type { JsonObject } from "../../model/json.ts";
import type { ReasoningDetail } from "../../model/message.ts";
import { ReasoningDetails } from "../assembly/reasoning-details.ts";
import { arrayOf, isObject, stringOf } from "../json/read.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import type { OutputItems, OutputSlot } from "./output-items.ts";
import { itemOfDetail } from "./reasoning-items.ts";
import type { Item } from "./types.ts";

/** A block of reasoning that is being written: its text is the summary, and what is opaque its encrypted content. */
export class ReasoningOutput {
  readonly #slot: OutputSlot;
  readonly #details = new ReasoningDetails();
  #text: string | undefined;
  #sealed = false;

  /** `first` is the detail that it begins with, where it begins with one. */
  constructor(items: OutputItems, first?: ReasoningDetail) {
    const id = first && itemOfDetail(first) ? stringOf(first["id"]) : undefined;
    this.#slot = items.begin("rs", { type: "reasoning", summary: [] }, id);
  }

  /** Whether the block is whole: what follows belongs to another. */
  get sealed(): boolean {
    return this.#sealed;
  }

  text(delta: string): void {
    if (this.#text === undefined) this.#beginPart(0);
    this.#text = (this.#text ?? "") + delta;
    this.#slot.emit("response.reasoning_summary_text.delta", { summary_index: 0, delta });
  }

  detail(detail: ReasoningDetail): void {
    this.#details.add(detail);
    this.#sealed ||= typeof detail["data"] === "string" || typeof detail["signature"] === "string";
  }

  close(): void {
    if (this.#text !== undefined) this.#endPart(0, this.#text);
    this.#slot.done(this.#whole(true));
  }

  breakOff(): void {
    this.#slot.leave(this.#whole(false));
  }

  /**
   * What another model gave, or is known to this gateway alone, is wrapped. Clients do not send reasoning back that has
   * no encrypted content, so it is never absent.
   */
  #whole(tell: boolean): Item {
    const details = this.#details.toArray();
    const native = this.#native(details);
    const texts = this.#text === undefined ? summaryTexts(native) : [this.#text];
    if (tell && this.#text === undefined) for (const [index, text] of texts.entries()) this.#writePart(index, text);
    return {
      type: "reasoning",
      summary: texts.map((text) => ({ type: "summary_text", text })),
      ...(arrayOf(native?.["content"]).length > 0 && { content: arrayOf(native?.["content"]) }),
      encrypted_content: native?.["encrypted_content"] ?? wrapReasoning(details),
    };
  }

  /** The item that a server of this dialect gave, where its id is still its own: it is encrypted with it. */
  #native(details: readonly ReasoningDetail[]): Item | undefined {
    const [only, ...others] = details;
    const item = only && others.length === 0 ? itemOfDetail(only) : undefined;
    return item !== undefined && (item["id"] === undefined || item["id"] === this.#slot.id) ? item : undefined;
  }

  #writePart(index: number, text: string): void {
    this.#beginPart(index);
    this.#slot.emit("response.reasoning_summary_text.delta", { summary_index: index, delta: text });
    this.#endPart(index, text);
  }

  #beginPart(index: number): void {
    this.#slot.emit("response.reasoning_summary_part.added", { summary_index: index, part: partOf("") });
  }

  #endPart(index: number, text: string): void {
    this.#slot.emit("response.reasoning_summary_text.done", { summary_index: index, text });
    this.#slot.emit("response.reasoning_summary_part.done", { summary_index: index, part: partOf(text) });
  }
}

function partOf(text: string): JsonObject {
  return { type: "summary_text", text };
}

function summaryTexts(item: Item | undefined): readonly string[] {
  return arrayOf(item?.["summary"]).flatMap((part) => (isObject(part) ? (stringOf(part["text"]) ?? []) : []));
}
