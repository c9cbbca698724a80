import type { JsonObject } from "../../model/json.ts";
import type { AnswerAssembly } from "../assembly/answer-assembly.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { jsonText } from "../assembly/json-text.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { failureOf } from "../failure/kinds.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { writeDataUrl } from "../translation/data-url.ts";
import { citationFields } from "./citations.ts";
import { mediaTypeOf } from "./media.ts";
import { ReasoningBlock } from "./reasoning-block.ts";
import type { ConverseReasoningFormat, ModelFamily } from "./rules.ts";

type PieceReader = (value: JsonField, index: number) => void;

/**
 * Reads the blocks of an answer, whole or in pieces. They come one after the other; the next one ends the one before
 * it, also where the server says nothing of an end.
 */
export class ContentReader {
  readonly #answer: AnswerAssembly;
  readonly #format: ConverseReasoningFormat;
  readonly #maxHeld: number;
  #index: number | undefined;
  #reasoning: ReasoningBlock | undefined;
  #citations: JsonObject[] = [];
  /** What is held of the open block until it ends, and the length of the text before it and so far. */
  #held = 0;
  #textStart = 0;
  #textEnd = 0;
  /** The open block is a call that the server itself answers. */
  #isServerCall = false;
  /** The open block is a call of the caller's. */
  #isCall = false;

  readonly #deltas: Readonly<Record<string, PieceReader>> = {
    text: (value) => this.#text(stringOf(value) ?? ""),
    reasoningContent: (value) => this.#reason(objectOf(value) ?? {}),
    toolUse: (value, index) => {
      const text = stringOf(objectOf(value)?.["input"]);
      if (text !== undefined && !this.#isServerCall) this.#answer.toolCall({ index, arguments: text });
    },
    citation: (value) => this.#cite(objectOf(value)),
    image: (value) => this.#image(objectOf(value) ?? {}),
  };

  readonly #wholes: Readonly<Record<string, PieceReader>> = {
    text: (value) => this.#text(stringOf(value) ?? ""),
    reasoningContent: (value) => {
      const block = objectOf(value) ?? {};
      this.#reason(objectOf(block["reasoningText"]) ?? block);
    },
    toolUse: (value, index) => {
      const call = objectOf(value) ?? {};
      if (this.#startCall(call, index)) {
        this.#answer.toolCall({ index, arguments: jsonText(call["input"] ?? {}) });
      }
    },
    citationsContent: (value) => {
      const block = objectOf(value) ?? {};
      for (const piece of arrayOf(block["content"])) this.#text(stringOf(objectOf(piece)?.["text"]) ?? "");
      for (const citation of arrayOf(block["citations"])) this.#cite(objectOf(citation));
    },
    image: (value) => this.#image(objectOf(value) ?? {}),
  };

  constructor(answer: AnswerAssembly, { limits }: AnswerOptions, family: ModelFamily) {
    this.#answer = answer;
    this.#format = family.reasoningFormats[0];
    this.#maxHeld = limits.assembledBytes;
  }

  start(index: number, start: JsonObject): void {
    this.#enter(index);
    for (const [kind, value] of Object.entries(start)) {
      if (kind !== "toolUse") this.#keep({ [kind]: value });
      else this.#startCall(objectOf(value) ?? {}, index);
    }
  }

  delta(index: number, delta: JsonObject): void {
    if (index !== this.#index) this.#enter(index);
    this.#read(this.#deltas, delta, index);
  }

  whole(index: number, block: JsonObject): void {
    this.#enter(index);
    this.#read(this.#wholes, block, index);
    this.close();
  }

  /** The open block is over. */
  close(): void {
    if (this.#isCall && this.#index !== undefined) this.#answer.endToolCall(this.#index);
    for (const detail of this.#reasoning?.details(this.#format) ?? []) this.#answer.reasoningDetail(detail);
    const cited = { start: this.#textStart, end: this.#textEnd };
    for (const citation of this.#citations) this.#answer.choiceFields(citationFields(citation, cited));
    this.#reasoning = undefined;
    this.#citations = [];
    this.#held = 0;
    this.#index = undefined;
    this.#isServerCall = false;
    this.#isCall = false;
  }

  #enter(index: number): void {
    this.close();
    this.#index = index;
    this.#textStart = this.#textEnd;
  }

  #read(readers: Readonly<Record<string, PieceReader>>, piece: JsonObject, index: number): void {
    for (const [kind, value] of Object.entries(piece)) {
      const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
      if (read !== undefined && value !== null) read(value, index);
      else if (read === undefined) this.#keep({ [kind]: value });
    }
  }

  #text(text: string): void {
    this.#textEnd += text.length;
    this.#answer.text(text);
  }

  #reason(piece: JsonObject): void {
    this.#reasoning ??= new ReasoningBlock();
    this.#hold(piece);
    this.#answer.reasoning(this.#reasoning.add(piece));
  }

  #cite(citation: JsonObject | undefined): void {
    if (citation === undefined) return;
    this.#hold(citation);
    this.#citations.push(citation);
  }

  /** Gives false where the call is not for the caller: the server makes it itself, and its result follows. */
  #startCall(call: JsonObject, index: number): boolean {
    this.#isServerCall = call["type"] === "server_tool_use";
    if (this.#isServerCall) {
      this.#keep({ toolUse: call });
      return false;
    }
    this.#isCall = true;
    this.#answer.toolCall({ index, id: stringOf(call["toolUseId"]) ?? "", name: stringOf(call["name"]) ?? "" });
    return true;
  }

  #image(image: JsonObject): void {
    const data = stringOf(objectOf(image["source"])?.["bytes"]);
    const format = stringOf(image["format"]) ?? "png";
    if (data === undefined) return this.#keep({ image });
    const url = writeDataUrl({ mediaType: mediaTypeOf({ kind: "image", format }), data });
    this.#answer.choiceFields({ images: [{ type: "image_url", image_url: { url } }] });
  }

  /** What the model has no name for. */
  #keep(block: JsonObject): void {
    if (Object.values(block).some((value) => value !== undefined && value !== null)) {
      this.#answer.choiceFields({ content_blocks: [block] });
    }
  }

  /** Counts what is held until the block ends. */
  #hold(piece: JsonObject): void {
    for (const value of Object.values(piece)) {
      this.#held += isObject(value) ? jsonText(value).length : (stringOf(value)?.length ?? 0);
    }
    if (this.#held <= this.#maxHeld) return;
    const message = `The model server's answer is larger than ${this.#maxHeld} bytes; reading stopped`;
    throw new ReplyFault(failureOf("protocol", message));
  }
}
