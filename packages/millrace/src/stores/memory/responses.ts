import type { ResponseStore, StoredResponse } from "../../gateway/ports.ts";
import type { JsonObject } from "../../model/json.ts";

export interface ResponseLimits {
  /** Of all kept responses together, as JSON. */
  readonly bytes: number;
  /** A count. */
  readonly responses: number;
  readonly ageMs: number;
}

/** A working day of one busy agent. */
const LIMITS: ResponseLimits = { bytes: 64 * 1024 * 1024, responses: 2000, ageMs: 8 * 60 * 60 * 1000 };

interface Kept {
  readonly stored: StoredResponse;
  readonly principal: string;
  readonly itemIds: readonly string[];
  readonly bytes: number;
  readonly keptMs: number;
}

/** Keeps the answers that were used last, in memory; those that would be too many, too large or too old are gone. */
export class MemoryResponses implements ResponseStore {
  readonly #limits: ResponseLimits;
  readonly #now: () => number;
  /** The least recently used one first. */
  readonly #kept = new Map<string, Kept>();
  /** Where the items of answers are kept. */
  readonly #owners = new Map<string, string>();
  #bytes = 0;

  /** `now` gives milliseconds on a clock that never goes back. */
  constructor(now: () => number, limits: Partial<ResponseLimits> = {}) {
    this.#now = now;
    this.#limits = { ...LIMITS, ...limits };
  }

  put(principal: string, id: string, stored: StoredResponse): void {
    const key = keyOf(principal, id);
    this.#remove(key);
    const bytes = JSON.stringify(stored).length;
    if (bytes > this.#limits.bytes) return;
    const itemIds = outputOf(stored).flatMap((item) => (typeof item["id"] === "string" ? [item["id"]] : []));
    this.#kept.set(key, { stored, principal, itemIds, bytes, keptMs: this.#now() });
    for (const itemId of itemIds) this.#owners.set(keyOf(principal, itemId), key);
    this.#bytes += bytes;
    this.#makeRoom();
  }

  get(principal: string, id: string): StoredResponse | undefined {
    return this.#use(keyOf(principal, id))?.stored;
  }

  delete(principal: string, id: string): boolean {
    const key = keyOf(principal, id);
    const wasThere = this.#use(key) !== undefined;
    this.#remove(key);
    return wasThere;
  }

  item(principal: string, id: string): JsonObject | undefined {
    const owner = this.#owners.get(keyOf(principal, id));
    const kept = owner === undefined ? undefined : this.#use(owner);
    return kept && outputOf(kept.stored).find((item) => item["id"] === id);
  }

  /** What is there and not too old. It is now the last one used, and as old as before. */
  #use(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (this.#now() - kept.keptMs > this.#limits.ageMs) {
      this.#remove(key);
      return undefined;
    }
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  #makeRoom(): void {
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= this.#limits.responses && this.#bytes <= this.#limits.bytes) return;
      this.#remove(key);
    }
  }

  #remove(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
    for (const itemId of kept.itemIds) {
      const item = keyOf(kept.principal, itemId);
      if (this.#owners.get(item) === key) this.#owners.delete(item);
    }
  }
}

/** One text for both, whatever is in them. */
function keyOf(principal: string, id: string): string {
  return JSON.stringify([principal, id]);
}

function outputOf({ response }: StoredResponse): readonly JsonObject[] {
  const { output } = response;
  if (!Array.isArray(output)) return [];
  return output.filter((item): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item));
}
