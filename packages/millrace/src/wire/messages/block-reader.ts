import type { JsonObject } from "../../model/json.ts";
import type { AnswerAssembly } from "../assembly/answer-assembly.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { jsonText } from "../assembly/json-text.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { failureOf } from "../failure/kinds.ts";
import { numberOf, objectOf, stringOf } from "../json/read.ts";
import { valueCost } from "../json/value-cost.ts";
import { createReader } from "./open-blocks.ts";
import type { OpenBlock } from "./open-blocks.ts";
import type { Block } from "./types.ts";

/** What a piece costs to hold beyond its characters. */
const PIECE_BYTES = 64;

/** Reads the content blocks of an answer, which some servers let overlap. */
export class BlockReader {
  readonly #answer: AnswerAssembly;
  /** What of unfinished blocks may be held beside the answer itself. */
  readonly #maxBytes: number;
  readonly #open = new Map<number, OpenBlock>();
  readonly #text = { length: 0 };
  #count = 0;
  #heldBytes = 0;

  constructor(answer: AnswerAssembly, { limits }: AnswerOptions) {
    this.#answer = answer;
    this.#maxBytes = limits.assembledBytes;
  }

  /** Whether there has been any. */
  get any(): boolean {
    return this.#count > 0;
  }

  /** Whether any of it was text that people read. */
  get saidText(): boolean {
    return this.#text.length > 0;
  }

  start(chunk: JsonObject): void {
    const index = this.#indexOf(chunk);
    this.#stopAt(index);
    this.#open.set(index, this.#begin(objectOf(chunk["content_block"]) ?? {}));
  }

  delta(chunk: JsonObject): void {
    const delta = objectOf(chunk["delta"]) ?? {};
    const index = this.#indexOf(chunk);
    let block = this.#open.get(index);
    // A server that leaves out how a block begins: the delta says what it is.
    if (block === undefined) this.#open.set(index, (block = this.#begin(blockOfDelta(delta))));
    block.delta(delta);
  }

  stop(chunk: JsonObject): void {
    this.#stopAt(this.#indexOf(chunk));
  }

  /** A block that came whole. */
  whole(block: Block): void {
    this.#begin(block).stop();
  }

  /** The answer is over: blocks that were never closed are. */
  end(): void {
    for (const index of this.#open.keys()) this.#stopAt(index);
  }

  #begin(block: Block): OpenBlock {
    this.#count += 1;
    const place = {
      answer: this.#answer,
      text: this.#text,
      position: this.#count - 1,
      hold: this.#hold,
    };
    return createReader(block, place);
  }

  readonly #hold = (value: JsonObject): void => {
    const text = jsonText(value);
    this.#heldBytes += PIECE_BYTES + text.length + valueCost(text);
    if (this.#heldBytes <= this.#maxBytes) return;
    const message = `The model server's answer is larger than ${this.#maxBytes} bytes; reading stopped`;
    throw new ReplyFault(failureOf("protocol", message));
  };

  #stopAt(index: number): void {
    this.#open.get(index)?.stop();
    this.#open.delete(index);
  }

  #indexOf({ index }: JsonObject): number {
    return numberOf(index) ?? this.#count;
  }
}

const TYPE_OF_DELTA: Readonly<Record<string, string>> = {
  text_delta: "text",
  citations_delta: "text",
  thinking_delta: "thinking",
  signature_delta: "thinking",
};

function blockOfDelta({ type }: JsonObject): Block {
  const word = stringOf(type) ?? "";
  return { type: Object.hasOwn(TYPE_OF_DELTA, word) ? TYPE_OF_DELTA[word] : "unknown" };
}
