import type { JsonObject } from "../../model/json.ts";
import type { ItemStatus, OutputItems, OutputSlot } from "./output-items.ts";
import type { Item } from "./types.ts";

type PartType = "output_text" | "refusal";

interface OpenPart {
  readonly type: PartType;
  readonly index: number;
  text: string;
  readonly logprobs: JsonObject[];
  readonly annotations: JsonObject[];
}

/** A message that is being written. */
export class MessageOutput {
  readonly #slot: OutputSlot;
  readonly #fields: JsonObject;
  readonly #parts: JsonObject[] = [];
  #open: OpenPart | undefined;

  /** `fields` are those that it has besides, such as its `phase`. */
  constructor(items: OutputItems, fields: JsonObject) {
    this.#fields = fields;
    this.#slot = items.begin("msg", {
      ...fields,
      type: "message",
      status: "in_progress",
      role: "assistant",
      content: [],
    });
  }

  text(delta: string, logprobs: readonly JsonObject[]): void {
    const part = this.#part("output_text");
    part.text += delta;
    part.logprobs.push(...logprobs);
    this.#slot.emit("response.output_text.delta", { content_index: part.index, delta, logprobs });
  }

  /** For the text that is open; false where none is. */
  addLogprobs(logprobs: readonly JsonObject[]): boolean {
    if (this.#open?.type !== "output_text") return false;
    this.#open.logprobs.push(...logprobs);
    return true;
  }

  refusal(delta: string): void {
    const part = this.#part("refusal");
    part.text += delta;
    this.#slot.emit("response.refusal.delta", { content_index: part.index, delta });
  }

  annotate(annotation: JsonObject): void {
    const part = this.#part("output_text");
    part.annotations.push(annotation);
    this.#slot.emit("response.output_text.annotation.added", {
      content_index: part.index,
      annotation_index: part.annotations.length - 1,
      annotation,
    });
  }

  close(status: ItemStatus): void {
    this.#closePart();
    this.#slot.done(this.#whole(status));
  }

  breakOff(): void {
    if (this.#open) this.#parts.push(wholePart(this.#open));
    this.#slot.leave(this.#whole("incomplete"));
  }

  #part(type: PartType): OpenPart {
    if (this.#open?.type === type) return this.#open;
    this.#closePart();
    const part: OpenPart = { type, index: this.#parts.length, text: "", logprobs: [], annotations: [] };
    this.#open = part;
    this.#slot.emit("response.content_part.added", { content_index: part.index, part: wholePart(part) });
    return part;
  }

  #closePart(): void {
    const part = this.#open;
    if (part === undefined) return;
    this.#open = undefined;
    const whole = wholePart(part);
    this.#parts.push(whole);
    const { index: content_index, text, logprobs } = part;
    if (part.type === "refusal") this.#slot.emit("response.refusal.done", { content_index, refusal: text });
    else this.#slot.emit("response.output_text.done", { content_index, text, logprobs });
    this.#slot.emit("response.content_part.done", { content_index, part: whole });
  }

  #whole(status: ItemStatus): Item {
    return { ...this.#fields, type: "message", status, role: "assistant", content: [...this.#parts] };
  }
}

function wholePart({ type, text, logprobs, annotations }: OpenPart): JsonObject {
  if (type === "refusal") return { type, refusal: text };
  return { type, text, annotations: [...annotations], logprobs: [...logprobs] };
}
