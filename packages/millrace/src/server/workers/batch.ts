import type { RecordStore, RequestRecord } from "../../gateway/ports.ts";
import type { Clock, Timer } from "../../model/clock.ts";

/** How long a line or a record waits for others to travel with: nobody reads a log faster. */
const HOLD_MS = 20;
const RECORDS_MAX = 256;
const LINES_MAX_CHARACTERS = 64 * 1024;

/** What a worker has to say of its requests, in one message. */
export interface BatchContent {
  /** Whole lines of the log. */
  readonly lines: string;
  readonly records: readonly RequestRecord[];
}

/** Gathers a worker's records and log lines: a message costs a thread more than what is in it. */
export class Batch implements RecordStore {
  readonly #clock: Clock;
  readonly #post: (content: BatchContent) => void;
  #lines = "";
  #records: RequestRecord[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, post: (content: BatchContent) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  add(record: RequestRecord): void {
    this.#records.push(record);
    this.#hold();
  }

  /** Takes lines of the log, whole. */
  write(lines: string): void {
    this.#lines += lines;
    this.#hold();
  }

  /** Posts what is held. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#lines === "" && this.#records.length === 0) return;
    const content = { lines: this.#lines, records: this.#records };
    this.#lines = "";
    this.#records = [];
    this.#post(content);
  }

  #hold(): void {
    const full = this.#records.length >= RECORDS_MAX || this.#lines.length >= LINES_MAX_CHARACTERS;
    if (full) this.flush();
    else this.#timer ??= this.#clock.setTimer(HOLD_MS, () => this.flush());
  }
}
