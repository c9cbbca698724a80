import type { RecordStore, RequestRecord } from "../../gateway/ports.ts";

/** Enough to look back over an afternoon, small enough to forget about. */
const RECORDS_MAX = 1000;

/** Keeps the newest records in memory; older ones are gone. */
export class MemoryRecords implements RecordStore {
  readonly #ring: RequestRecord[] = [];
  readonly #max: number;
  #next = 0;

  constructor(max: number = RECORDS_MAX) {
    this.#max = max;
  }

  add(record: RequestRecord): void {
    this.#ring[this.#next] = record;
    this.#next = (this.#next + 1) % this.#max;
  }

  /** The newest records, newest first. */
  newest(count: number = this.#max): RequestRecord[] {
    const inOrder = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return inOrder.toReversed().slice(0, count);
  }

  find(id: string): RequestRecord | undefined {
    return this.#ring.find((record) => record.id === id);
  }
}
