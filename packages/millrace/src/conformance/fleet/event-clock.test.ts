import fc from "fast-check";
import { expect, test } from "vitest";
import { EventClock } from "./event-clock.ts";

function run(clock: EventClock): void {
  while (clock.next());
}

test("events happen in the order of their times, and those of one time in the order they were set", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (delays) => {
      const clock = new EventClock();
      const seen: [number, number][] = [];
      for (const [order, delayMs] of delays.entries()) {
        clock.setTimer(delayMs, () => seen.push([clock.now(), order]));
      }
      run(clock);
      const expected = [...delays.entries()].map(([order, delayMs]): [number, number] => [delayMs, order]);
      expect(seen).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test("a timer may be set from within an event", () => {
  const clock = new EventClock();
  const seen: number[] = [];
  clock.setTimer(10, () => clock.setTimer(5, () => seen.push(clock.now())));
  clock.setTimer(12, () => seen.push(clock.now()));
  run(clock);
  expect(seen).toEqual([12, 15]);
});

test("a cancelled timer does not happen, and its time does not pass", () => {
  const clock = new EventClock();
  const timer = clock.setTimer(10, () => expect.fail("was cancelled"));
  expect(clock.pending).toBe(1);
  timer.cancel();
  timer.cancel();
  expect(clock.pending).toBe(0);
  expect(clock.next()).toBe(false);
  expect(clock.now()).toBe(0);
});

test("a timer that has happened is not counted when it is cancelled afterwards", () => {
  const clock = new EventClock();
  const timer = clock.setTimer(1, () => undefined);
  run(clock);
  timer.cancel();
  expect(clock.pending).toBe(0);
});

test("both clocks go on together", () => {
  const clock = new EventClock(1000);
  clock.setTimer(250, () => undefined);
  run(clock);
  expect([clock.now(), clock.wallNow()]).toEqual([250, 1250]);
});
