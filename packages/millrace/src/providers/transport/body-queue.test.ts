import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { BodyQueue } from "./body-queue.ts";

const PIECE = new Uint8Array(64 * 1024);
const FLOW = { pause: () => undefined, resume: () => undefined, abandon: () => undefined };

/** Reads a queue that always has more, until something else gets a turn; gives the pieces that were read. */
async function readUntilTurn(queue: BodyQueue, maxPieces: number): Promise<number> {
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  let pieces = 0;
  while (!turned && pieces < maxPieces) {
    queue.push(PIECE);
    await queue.next();
    pieces += 1;
  }
  return pieces;
}

test("a server that sends without a pause does not keep the event loop", async () => {
  expect(await readUntilTurn(new BodyQueue(FLOW), 1000)).toBeLessThan(10);
});

test("leaving while the queue waits for its turn ends the reading", async () => {
  const queue = new BodyQueue(FLOW);
  for (let n = 0; n < 8; n += 1) queue.push(PIECE);
  for (let n = 0; n < 4; n += 1) await queue.next();
  const next = queue.next();
  await queue.return();
  expect(await next).toEqual({ done: true, value: undefined });
});

test("a failure while the queue waits for its turn is thrown behind what was received", async () => {
  const queue = new BodyQueue(FLOW);
  for (let n = 0; n < 5; n += 1) queue.push(PIECE);
  for (let n = 0; n < 4; n += 1) await queue.next();
  const fifth = queue.next();
  queue.fail(new Error("cut"));
  expect((await fifth).value).toBe(PIECE);
  await expect(queue.next()).rejects.toThrow("cut");
});

test("what was given is let go of, also where the queue is never empty", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const queue = new BodyQueue(FLOW);
  const given: WeakRef<Uint8Array>[] = [];
  queue.push(new Uint8Array(1024));
  for (let n = 0; n < 200; n += 1) {
    queue.push(new Uint8Array(1024));
    const { value } = (await queue.next()) as IteratorYieldResult<Uint8Array>;
    given.push(new WeakRef(value));
  }
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(given.filter((chunk) => chunk.deref() !== undefined).length).toBeLessThan(20);
});
