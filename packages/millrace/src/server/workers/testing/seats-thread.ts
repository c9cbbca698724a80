/** Takes seats as fast as it can, beside another thread that does the same, and says what came of it. */
import { parentPort, workerData } from "node:worker_threads";
import { SharedSeats } from "../shared-seats.ts";

export interface SeatsTask {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** How many threads are ready; how many are sitting; the most that ever sat. */
  readonly shared: Int32Array<SharedArrayBuffer>;
  readonly worker: number;
  readonly threads: number;
  readonly max: number;
  /** How many seats it takes, each given back before the next; 0 keeps seats until none is left. */
  readonly rounds: number;
}

const { words, shared, worker, threads, max, rounds } = workerData as SeatsTask;
const [READY, SITTING, MOST] = [0, 1, 2];
const seats = new SharedSeats(words, worker);

Atomics.add(shared, READY, 1);
while (Atomics.load(shared, READY) < threads);

let taken = 0;
if (rounds === 0) while (seats.take(max) !== undefined) taken += 1;
while (taken < rounds) {
  if (seats.take(max) === undefined) continue;
  taken += 1;
  const sitting = Atomics.add(shared, SITTING, 1) + 1;
  for (;;) {
    const most = Atomics.load(shared, MOST);
    if (sitting <= most || Atomics.compareExchange(shared, MOST, most, sitting) === most) break;
  }
  Atomics.sub(shared, SITTING, 1);
  seats.giveBack();
}
parentPort?.postMessage(taken);
