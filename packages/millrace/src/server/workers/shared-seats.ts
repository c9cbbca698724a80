import type { Seats } from "../../gateway/ports.ts";

const LOCK = 0;
const FREE = 0;
/** How long to sleep before looking again, should the thread that has the lock be off its processor. */
const LOOK_AGAIN_MS = 0.1;

/** Room for {@link SharedSeats} of so many workers: a lock, then for each worker how many seats it has taken. */
export function seatsFor(workers: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer((1 + workers) * Int32Array.BYTES_PER_ELEMENT));
}

/** How many seats all workers have taken together. */
export function seatsTaken(words: Int32Array): number {
  let taken = 0;
  for (let word = LOCK + 1; word < words.length; word += 1) taken += Atomics.load(words, word);
  return taken;
}

/** Frees what a thread that has ended had taken, and gives how many seats that were. */
export function vacate(words: Int32Array, worker: number): number {
  const taken = Atomics.exchange(words, LOCK + worker, 0);
  // It may have ended at any instruction.
  Atomics.compareExchange(words, LOCK, worker, FREE);
  return taken;
}

/**
 * One set of seats over several threads. Each counts its own, so that those of a thread that has ended can be told
 * from the rest; what is compared with the limit is their sum. Looking and taking is one step, under a lock that is
 * held for a few loads: there is never one too many, and none is refused while a seat is free.
 */
export class SharedSeats implements Seats {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #worker: number;

  /** @param worker its number, from 1 */
  constructor(words: Int32Array<SharedArrayBuffer>, worker: number) {
    this.#words = words;
    this.#worker = worker;
  }

  take(max: number): number | undefined {
    if (max > 0) this.#lock();
    const taken = seatsTaken(this.#words);
    const isFree = max === 0 || taken < max;
    if (isFree) Atomics.add(this.#words, LOCK + this.#worker, 1);
    if (max > 0) Atomics.store(this.#words, LOCK, FREE);
    return isFree ? taken + 1 : undefined;
  }

  giveBack(): void {
    Atomics.sub(this.#words, LOCK + this.#worker, 1);
  }

  #lock(): void {
    for (;;) {
      const holder = Atomics.compareExchange(this.#words, LOCK, FREE, this.#worker);
      if (holder === FREE) return;
      Atomics.wait(this.#words, LOCK, holder, LOOK_AGAIN_MS);
    }
  }
}
