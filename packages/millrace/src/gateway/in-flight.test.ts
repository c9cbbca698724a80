import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { InFlight } from "./in-flight.ts";

test("is over when the last has left, for everybody who waits", async () => {
  const requests = new InFlight();
  requests.enter();
  requests.enter();
  let told = 0;
  const waiting = [requests.over(), requests.over()].map((over) => over.then(() => (told += 1)));
  requests.leave();
  await turn();
  expect([requests.count, told]).toEqual([1, 0]);
  requests.leave();
  await Promise.all(waiting);
  expect([requests.count, told]).toEqual([0, 2]);
});

test("is over at once when none has entered", async () => {
  await new InFlight().over();
});

test("counts again after it was over", async () => {
  const requests = new InFlight();
  requests.enter();
  requests.leave();
  requests.enter();
  let over = false;
  const told = requests.over().then(() => (over = true));
  await turn();
  expect(over).toBe(false);
  requests.leave();
  await told;
});
