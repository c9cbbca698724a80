/** Posts batches as fast as it may, and says with each how many the main thread had taken before. */
import { parentPort, workerData } from "node:worker_threads";
import { Unread } from "../unread.ts";

const { words, max, taken, batches } = workerData as {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly max: number;
  readonly taken: Int32Array<SharedArrayBuffer>;
  readonly batches: number;
};
const unread = new Unread(words, max);
for (let batch = 1; batch <= batches; batch += 1) {
  unread.posted();
  parentPort?.postMessage(Atomics.load(taken, 0));
}
