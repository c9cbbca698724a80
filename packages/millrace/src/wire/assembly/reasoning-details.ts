import type { JsonObject } from "../../model/json.ts";
import { GrowingObject } from "./growing-object.ts";

const GROWING = ["text", "summary", "data"] as const;

/**
 * The opaque reasoning blocks of one choice. Blocks that come in pieces say so by their `index`:
 * pieces of one index and type are one block. A block without an index is whole.
 */
export class ReasoningDetails {
  readonly #blocks: GrowingObject[] = [];
  readonly #byKey = new Map<string, GrowingObject>();

  add(piece: JsonObject): void {
    this.#blockOf(piece).add(piece);
  }

  /** The blocks in order of their first piece, as they have to be replayed. */
  toArray(): JsonObject[] {
    return this.#blocks.map((block) => block.toObject() ?? {});
  }

  #blockOf(piece: JsonObject): GrowingObject {
    const key = keyOf(piece);
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known !== undefined) return known;
    const block = new GrowingObject(GROWING);
    this.#blocks.push(block);
    if (key !== undefined) this.#byKey.set(key, block);
    return block;
  }
}

function keyOf(piece: JsonObject): string | undefined {
  const { index, type } = piece;
  return typeof index === "number" ? `${index}:${typeof type === "string" ? type : ""}` : undefined;
}
