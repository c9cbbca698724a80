import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { AnswerAssembly } from "../assembly/answer-assembly.ts";
import { otherFields } from "../assembly/field-set.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isObject, numberOf, objectOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { MESSAGE_BOUNDS } from "../translation/message-bounds.ts";
import { readAnnotation } from "./annotations.ts";
import { detailOf, PART_BREAK } from "./reasoning-items.ts";
import { countLogprobs, countPiece, ReplyItems, unread, unreadLogprobs } from "./reply-items.ts";
import type { ReadItem } from "./reply-items.ts";
import { HOSTED_ITEMS } from "./types.ts";

type ChunkHandler = (chunk: JsonObject, item: ReadItem) => void;
type ItemHandler = (item: JsonObject, read: ReadItem) => void;

const MESSAGE_FIELDS: ReadonlySet<string> = new Set(["type", "id", "role", "status", "content"]);
const CALL_FIELDS: ReadonlySet<string> = new Set(["type", "call_id", "name", "arguments", "input", "status"]);

/** Reads the events of items, and items that are whole: of a text that came in pieces only what is new. */
export class ItemReader {
  readonly #answer: AnswerAssembly;
  readonly #items = new ReplyItems();
  #any = false;
  #calls = 0;
  /** The part of reasoning that the last text belonged to. */
  #reasoningPart = "";
  #hasText = false;
  #breakIsDue = false;
  #anyMessage = false;

  constructor(answer: AnswerAssembly) {
    this.#answer = answer;
  }

  /** Whether any item has been seen. */
  get any(): boolean {
    return this.#any;
  }

  read(type: string, chunk: JsonObject): void {
    const handler = Object.hasOwn(this.#handlers, type) ? this.#handlers[type] : undefined;
    handler?.(chunk, this.#items.of(chunk, objectOf(chunk["item"])));
  }

  addAll(items: readonly JsonObject[]): void {
    for (const [index, item] of items.entries()) {
      const read = this.#items.of({ output_index: index }, item);
      this.#begin(item, read);
      this.#finish(item, read);
    }
  }

  readonly #textPiece: ChunkHandler = (chunk, item) => {
    const delta = stringOf(chunk["delta"]) ?? "";
    countPiece(item, partOf("text", chunk), delta);
    const logprobs = arrayOf(chunk["logprobs"]);
    countLogprobs(item, partOf("text", chunk), logprobs.length);
    this.#logprobs(logprobs);
    this.#text(delta);
  };

  readonly #refusalPiece: ChunkHandler = (chunk, item) => {
    const delta = stringOf(chunk["delta"]) ?? "";
    countPiece(item, partOf("refusal", chunk), delta);
    this.#answer.refusal(delta);
  };

  readonly #argumentsPiece: ChunkHandler = (chunk, item) => {
    const delta = stringOf(chunk["delta"]) ?? "";
    countPiece(item, "arguments", delta);
    this.#arguments(item, delta);
  };

  readonly #handlers: Readonly<Record<string, ChunkHandler>> = {
    "response.output_item.added": (chunk, read) => this.#begin(objectOf(chunk["item"]) ?? {}, read),
    "response.output_item.done": (chunk, read) => {
      const item = objectOf(chunk["item"]) ?? {};
      this.#begin(item, read);
      this.#finish(item, read);
    },
    "response.output_text.delta": this.#textPiece,
    "response.output_text.done": (chunk, item) => {
      this.#text(unread(item, partOf("text", chunk), stringOf(chunk["text"]) ?? ""));
      this.#logprobs(unreadLogprobs(item, partOf("text", chunk), arrayOf(chunk["logprobs"])));
    },
    "response.output_text.annotation.added": (chunk, item) => this.#annotation(chunk["annotation"], item),
    "response.refusal.delta": this.#refusalPiece,
    "response.refusal.done": (chunk, item) =>
      this.#answer.refusal(unread(item, partOf("refusal", chunk), stringOf(chunk["refusal"]) ?? "")),
    "response.reasoning_summary_text.delta": (chunk, item) => this.#reasoningPiece("summary", chunk, item),
    "response.reasoning_summary_text.done": (chunk, item) => this.#reasoningRest("summary", chunk, item),
    "response.reasoning_text.delta": (chunk, item) => this.#reasoningPiece("content", chunk, item),
    "response.reasoning_text.done": (chunk, item) => this.#reasoningRest("content", chunk, item),
    "response.function_call_arguments.delta": this.#argumentsPiece,
    "response.function_call_arguments.done": (chunk, item) =>
      this.#arguments(item, unread(item, "arguments", stringOf(chunk["arguments"]) ?? "")),
    "response.custom_tool_call_input.delta": this.#argumentsPiece,
    "response.custom_tool_call_input.done": (chunk, item) =>
      this.#arguments(item, unread(item, "arguments", stringOf(chunk["input"]) ?? "")),
  };

  readonly #endings: Readonly<Record<string, ItemHandler>> = {
    message: (item, read) => {
      for (const [index, part] of objectsOf(item["content"]).entries()) {
        const at = { content_index: index };
        if (part["type"] === "refusal") {
          this.#answer.refusal(unread(read, partOf("refusal", at), stringOf(part["refusal"]) ?? ""));
          continue;
        }
        this.#text(unread(read, partOf("text", at), stringOf(part["text"]) ?? ""));
        this.#logprobs(unreadLogprobs(read, partOf("text", at), arrayOf(part["logprobs"])));
        for (const annotation of arrayOf(part["annotations"]).slice(read.annotations))
          this.#annotation(annotation, read);
      }
    },
    reasoning: (item, read) => {
      for (const list of ["summary", "content"] as const) {
        for (const [index, part] of objectsOf(item[list]).entries()) {
          this.#reasoningRest(list, { ...part, summary_index: index, content_index: index }, read);
        }
      }
      const encrypted = stringOf(item["encrypted_content"]) ?? "";
      if (encrypted !== "") this.#answer.reasoningDetail(detailOf(item, encrypted));
    },
    function_call: (item, read) => this.#arguments(read, unread(read, "arguments", stringOf(item["arguments"]) ?? "")),
    custom_tool_call: (item, read) => this.#arguments(read, unread(read, "arguments", stringOf(item["input"]) ?? "")),
  };

  #begin(item: JsonObject, read: ReadItem): void {
    if (read.begun) return;
    read.begun = true;
    this.#any = true;
    const type = stringOf(item["type"]) ?? "";
    if (type === "function_call" || type === "custom_tool_call") this.#beginCall(type, item, read);
    // Several messages are paragraphs: a remark, and the answer.
    if (type === "message") this.#beginMessage(item);
  }

  #beginMessage(item: JsonObject): void {
    this.#breakIsDue = this.#hasText;
    const fields = otherFields(item, MESSAGE_FIELDS);
    if (fields !== undefined || this.#anyMessage) this.#answer.choiceFields({ [MESSAGE_BOUNDS]: [fields ?? {}] });
    this.#anyMessage = true;
  }

  #beginCall(type: string, item: JsonObject, read: ReadItem): void {
    read.call = this.#calls;
    this.#calls += 1;
    this.#answer.toolCall({
      index: read.call,
      kind: type === "custom_tool_call" ? "custom" : "function",
      ...present({
        id: stringOf(item["call_id"]) ?? stringOf(item["id"]),
        name: stringOf(item["name"]),
        extra: otherFields(item, CALL_FIELDS),
      }),
    });
  }

  #finish(item: JsonObject, read: ReadItem): void {
    const type = stringOf(item["type"]) ?? "";
    const end = Object.hasOwn(this.#endings, type) ? this.#endings[type] : undefined;
    if (end) end(item, read);
    else this.#answer.choiceFields({ [HOSTED_ITEMS]: [item] });
    if (read.call !== undefined && item["status"] !== "incomplete") this.#answer.endToolCall(read.call);
  }

  #text(text: string): void {
    if (text === "") return;
    this.#answer.text(this.#breakIsDue ? PART_BREAK + text : text);
    this.#breakIsDue = false;
    this.#hasText = true;
  }

  #logprobs(content: readonly JsonValue[]): void {
    if (content.length > 0) this.#answer.logprobs({ content });
  }

  #annotation(annotation: JsonField, item: ReadItem): void {
    if (!isObject(annotation)) return;
    item.annotations += 1;
    this.#answer.choiceFields({ annotations: [readAnnotation(annotation)] });
  }

  #arguments(item: ReadItem, text: string): void {
    if (text !== "" && item.call !== undefined) this.#answer.toolCall({ index: item.call, arguments: text });
  }

  #reasoningPiece(list: "summary" | "content", chunk: JsonObject, item: ReadItem): void {
    const delta = stringOf(chunk["delta"]) ?? "";
    countPiece(item, partOf(list, chunk), delta);
    this.#reasoning(list, chunk, item, delta);
  }

  #reasoningRest(list: "summary" | "content", chunk: JsonObject, item: ReadItem): void {
    this.#reasoning(list, chunk, item, unread(item, partOf(list, chunk), stringOf(chunk["text"]) ?? ""));
  }

  /** Parts are read as one text, with a blank line between them. */
  #reasoning(list: string, chunk: JsonObject, item: ReadItem, text: string): void {
    if (text === "") return;
    const part = `${item.number} ${partOf(list, chunk)}`;
    const isNext = this.#reasoningPart !== "" && this.#reasoningPart !== part;
    this.#reasoningPart = part;
    this.#answer.reasoning(isNext ? PART_BREAK + text : text);
  }
}

/** What kind of part a chunk speaks of, and which. */
function partOf(kind: string, chunk: JsonObject): string {
  const place = numberOf(chunk[kind === "summary" ? "summary_index" : "content_index"]) ?? 0;
  return `${kind} ${place}`;
}
