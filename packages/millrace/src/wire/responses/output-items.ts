import type { JsonObject } from "../../model/json.ts";
import type { Item } from "./types.ts";

/** Takes one event of a stream. */
export type Emit = (type: string, fields: JsonObject) => void;

export type ItemStatus = "completed" | "incomplete";

/** The items of an answer, each at the place where it began. */
export class OutputItems {
  readonly #emit: Emit;
  readonly #items: Item[] = [];
  readonly #base: string;
  readonly #counts = new Map<string, number>();

  /** `base` makes the ids of items unique. */
  constructor(base: string, emit: Emit) {
    this.#base = base;
    this.#emit = emit;
  }

  get all(): readonly Item[] {
    return this.#items;
  }

  /** Begins an item, which has this id or one that begins with the prefix. */
  begin(prefix: string, item: Item, id?: string): OutputSlot {
    const index = this.#items.length;
    const named = { id: id ?? this.#nextId(prefix), ...item };
    this.#items.push(named);
    this.#emit("response.output_item.added", { output_index: index, item: named });
    return {
      id: named.id,
      emit: (type, fields) => this.#emit(type, { item_id: named.id, output_index: index, ...fields }),
      done: (whole) => {
        this.#items[index] = { id: named.id, ...whole };
        this.#emit("response.output_item.done", { output_index: index, item: this.#items[index] ?? null });
      },
      leave: (whole) => {
        this.#items[index] = { id: named.id, ...whole };
      },
    };
  }

  /** Counts each kind of item by itself, so that an answer has the same ids as a stream and as one object. */
  #nextId(prefix: string): string {
    const count = this.#counts.get(prefix) ?? 0;
    this.#counts.set(prefix, count + 1);
    return `${prefix}_${this.#base}_${count}`;
  }
}

/** The place of one item. */
export interface OutputSlot {
  readonly id: string;
  readonly emit: Emit;
  /** The item is as it will be. */
  readonly done: (item: Item) => void;
  /** The answer broke off: this is what there is of the item, and nobody is told that it is done. */
  readonly leave: (item: Item) => void;
}
