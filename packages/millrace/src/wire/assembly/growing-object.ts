import type { JsonObject, JsonValue } from "../../model/json.ts";

/** An object that comes in pieces: some of its strings grow, everything else is replaced. */
export class GrowingObject {
  readonly #growing: readonly string[];
  readonly #values = new Map<string, JsonValue>();

  constructor(growing: readonly string[]) {
    this.#growing = growing;
  }

  add(piece: JsonObject): void {
    for (const [key, value] of Object.entries(piece)) {
      if (value !== undefined) this.#set(key, value);
    }
  }

  /** The object so far, or nothing where there were no pieces with content. */
  toObject(): JsonObject | undefined {
    return this.#values.size === 0 ? undefined : Object.fromEntries(this.#values);
  }

  #set(key: string, value: JsonValue): void {
    const known = this.#values.get(key);
    const grows = typeof known === "string" && typeof value === "string" && this.#growing.includes(key);
    if (grows) this.#values.set(key, known + value);
    else if (value !== null || known === undefined) this.#values.set(key, value);
  }
}
