import type { Piece } from "../../engine.ts";
import type { FunctionCall, ParamsChunk } from "./api.ts";

/** Arguments may be followed by the line ends that tell the engine that they are over. */
const END = /\s+$/u;

/** Makes pieces of what the engine tells of the calls that a model writes: one after the other, each with its arguments. */
export class CallPieces {
  #ended = 0;
  #open: { readonly index: number; text: string; held: string } | undefined;

  get any(): boolean {
    return this.#ended > 0 || this.#open !== undefined;
  }

  chunk({ callIndex, functionName, paramsChunk }: ParamsChunk): readonly Piece[] {
    const begins = this.#open?.index !== callIndex;
    if (begins) this.#open = { index: callIndex, text: "", held: "" };
    const grown = this.#grow(paramsChunk);
    return [...(begins ? [this.#begin(functionName)] : []), ...grown];
  }

  /** The call is whole. One that takes no arguments has had no chunk. */
  called({ functionName }: FunctionCall): readonly Piece[] {
    const begun: readonly Piece[] = this.#open === undefined ? [this.#begin(functionName)] : [];
    const empty: readonly Piece[] = (this.#open?.text ?? "") === "" ? [this.#arguments("{}")] : [];
    const end: Piece = { type: "call-end", call: this.#ended };
    this.#open = undefined;
    this.#ended += 1;
    return [...begun, ...empty, end];
  }

  #begin(name: string): Piece {
    return { type: "call", call: this.#ended, name };
  }

  #grow(chunk: string): readonly Piece[] {
    const open = this.#open;
    if (open === undefined) return [];
    const text = open.held + chunk;
    const [held = ""] = END.exec(text) ?? [];
    const ready = text.slice(0, text.length - held.length);
    open.held = held;
    open.text += ready;
    return ready === "" ? [] : [this.#arguments(ready)];
  }

  #arguments(text: string): Piece {
    return { type: "arguments", call: this.#ended, text };
  }
}
