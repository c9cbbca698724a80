import { expect, test } from "vitest";
import { countedFrom } from "./counted-from.ts";

test("a request that had to wait for a late answer counts from when it was due", () => {
  expect(countedFrom({ due: 100, freeAt: 150, sentAt: 150 })).toBe(100);
});

test("a request that only the driver's timer made late counts from when it was sent", () => {
  expect(countedFrom({ due: 100, freeAt: 90, sentAt: 101 })).toBe(101);
});
