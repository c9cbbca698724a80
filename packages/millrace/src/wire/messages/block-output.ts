import type { JsonObject } from "../../model/json.ts";
import { stringOf } from "../json/read.ts";
import type { Block, WireEvent } from "./types.ts";

/** Hears the events of a stream, one after the other. */
export type Emit = (event: WireEvent) => void;

/** The content blocks of an answer, one after the other, with indexes that count from 0. */
export class BlockOutput {
  readonly #emit: Emit;
  #next = 0;
  #open: Block | undefined;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** The type of the block that is open. */
  get open(): string | undefined {
    return stringOf(this.#open?.["type"]);
  }

  /** Begins a block; the one before it ends. */
  begin(block: Block): void {
    this.end();
    this.#emit({ type: "content_block_start", index: this.#next, content_block: block });
    this.#open = block;
  }

  delta(delta: JsonObject): void {
    this.#emit({ type: "content_block_delta", index: this.#next, delta });
  }

  end(): void {
    if (this.#open === undefined) return;
    this.#emit({ type: "content_block_stop", index: this.#next });
    this.#open = undefined;
    this.#next += 1;
  }
}
