import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

test("draining waits for everybody inside, and for nobody else", async () => {
  const gate = new Gate();
  gate.enter();
  gate.enter();
  let drained = false;
  const drain = gate.drain().then(() => (drained = true));
  expect(gate.draining).toBe(true);
  gate.leave();
  await Promise.resolve();
  expect(drained).toBe(false);
  gate.leave();
  await drain;
  expect(gate.inFlight).toBe(0);
});

test("draining an empty gateway is done at once, and twice is fine", async () => {
  const gate = new Gate();
  await gate.drain();
  await gate.drain();
  expect(gate.draining).toBe(true);
});

test("one seat more than there are is refused, and one that was given back is taken again", () => {
  const { seats } = new Gate();
  expect([seats.take(2), seats.take(2), seats.take(2)]).toEqual([1, 2, undefined]);
  seats.giveBack();
  expect(seats.take(2)).toBe(2);
});

test("without a limit there is always a seat, and a limit that comes later counts those too", () => {
  const { seats } = new Gate();
  expect([seats.take(0), seats.take(0)]).toEqual([1, 2]);
  expect(seats.take(2)).toBeUndefined();
});
