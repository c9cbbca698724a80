import { on } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Unread, unreadWord } from "./unread.ts";

test("a worker goes on only while fewer than so many of its batches are unread", async () => {
  const [words, taken] = [unreadWord(), unreadWord()];
  const unread = new Unread(words, 3);
  const workerData = { words, taken, max: 3, batches: 200 };
  const thread = new Worker(new URL("testing/unread-thread.ts", import.meta.url), { workerData });
  const ahead: number[] = [];
  for await (const [takenBefore] of on(thread, "message", { close: ["exit"] }) as AsyncIterable<[number]>) {
    ahead.push(ahead.length + 1 - takenBefore);
    // The third is posted, and waits until the first is taken.
    if (ahead.length < 2) continue;
    Atomics.add(taken, 0, 1);
    unread.taken();
  }
  expect(ahead).toHaveLength(200);
  expect(Math.max(...ahead)).toBe(2);
});
