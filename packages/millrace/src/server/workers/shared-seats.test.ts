import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { seatsFor, seatsTaken, SharedSeats, vacate } from "./shared-seats.ts";
import type { SeatsTask } from "./testing/seats-thread.ts";

function twoWorkers(): [SharedSeats, SharedSeats, Int32Array<SharedArrayBuffer>] {
  const words = seatsFor(2);
  return [new SharedSeats(words, 1), new SharedSeats(words, 2), words];
}

describe("two workers", () => {
  test("have one set of seats", () => {
    const [first, second] = twoWorkers();
    expect([first.take(3), second.take(3), first.take(3)]).toEqual([1, 2, 3]);
    expect([first.take(3), second.take(3)]).toEqual([undefined, undefined]);
  });

  test("take what the other has given back", () => {
    const [first, second] = twoWorkers();
    first.take(1);
    first.giveBack();
    expect([second.take(1), first.take(1)]).toEqual([1, undefined]);
  });

  test("count those that were taken without a limit", () => {
    const [first, second, words] = twoWorkers();
    expect([first.take(0), second.take(0)]).toEqual([1, 2]);
    expect(first.take(2)).toBeUndefined();
    expect(seatsTaken(words)).toBe(2);
  });
});

describe("a worker that has ended", () => {
  test("leaves its seats to the others, who keep theirs", () => {
    const [first, second, words] = twoWorkers();
    for (const seats of [first, first, second]) seats.take(3);
    expect(vacate(words, 1)).toBe(2);
    expect([second.take(3), second.take(3), second.take(3)]).toEqual([2, 3, undefined]);
  });

  test("in the middle of taking one does not lock the others out", () => {
    const [, second, words] = twoWorkers();
    words[0] = 1;
    vacate(words, 1);
    expect(second.take(1)).toBe(1);
  });

  test("does not open the lock of another", () => {
    const [, , words] = twoWorkers();
    words[0] = 2;
    vacate(words, 1);
    expect(words[0]).toBe(2);
  });
});

/** Two threads at once; gives how many seats each took, and the most that sat at one time. */
async function atOnce(task: Pick<SeatsTask, "max" | "rounds">): Promise<{ taken: number[]; most: number }> {
  const words = seatsFor(2);
  const shared = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  const taken = await Promise.all(
    [1, 2].map(async (worker) => {
      const workerData: SeatsTask = { words, shared, worker, threads: 2, ...task };
      const [count] = (await once(
        new Worker(new URL("testing/seats-thread.ts", import.meta.url), { workerData }),
        "message",
      )) as [number];
      return count;
    }),
  );
  return { taken, most: shared[2] ?? 0 };
}

describe("two threads at the same time", () => {
  test("take every seat there is, and not one more", async () => {
    const { taken } = await atOnce({ max: 20_001, rounds: 0 });
    expect((taken[0] ?? 0) + (taken[1] ?? 0)).toBe(20_001);
  });

  test("never sit on one seat together, and each gets it in the end", async () => {
    const { taken, most } = await atOnce({ max: 1, rounds: 20_000 });
    expect(most).toBe(1);
    expect(taken).toEqual([20_000, 20_000]);
  });
});
