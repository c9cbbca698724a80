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
