import { expect, test } from "vitest";
import { Cancellation } from "../../model/cancellation.ts";
import { errorOf } from "../http/testing/failing.ts";
import { Slots } from "./slots.ts";

const NEVER = new Cancellation();

test("places are given in the order in which they were asked for", async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  await slots.take(NEVER);
  const waiting = ["a", "b"].map(async (name) => {
    await slots.take(NEVER);
    order.push(name);
    slots.free();
  });
  expect(slots).toMatchObject({ count: 1, taken: 1, waiting: 2 });
  slots.free();
  await Promise.all(waiting);
  expect(order).toEqual(["a", "b"]);
  expect(slots).toMatchObject({ taken: 0, waiting: 0 });
});

test("whoever leaves the line does not get a place", async () => {
  const slots = new Slots(1);
  const leaving = new Cancellation();
  await slots.take(NEVER);
  const left = errorOf(slots.take(leaving));
  const stays = slots.take(NEVER);
  leaving.cancel();
  expect((await left).kind).toBe("cancelled");
  slots.free();
  await stays;
  expect(slots).toMatchObject({ taken: 1, waiting: 0 });
});

test("whoever has left already gets none", async () => {
  const gone = new Cancellation();
  gone.cancel();
  const slots = new Slots(1);
  expect((await errorOf(slots.take(gone))).kind).toBe("cancelled");
  expect(slots.taken).toBe(0);
});

test("the line is not endless", async () => {
  const slots = new Slots(1);
  await slots.take(NEVER);
  for (let waiting = 0; waiting < 256; waiting += 1) void slots.take(NEVER);
  expect((await errorOf(slots.take(NEVER))).kind).toBe("overloaded");
});
