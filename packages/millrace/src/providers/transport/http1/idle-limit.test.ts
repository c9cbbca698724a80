import { expect, test } from "vitest";
import { idleLimitOf } from "./idle-limit.ts";

test.each([
  [undefined, 4000],
  ["timeout=5", 4000],
  ["timeout=60, max=100", 4000],
  ["max=100", 4000],
  ["timeout=3", 2000],
  ["max=100,Timeout=3", 2000],
  ["timeout=1", 0],
  ["timeout=0", 0],
  ["timeout=soon", 4000],
  ["timeout=99999999999999999999", 4000],
])("keep-alive: %s leaves %i ms", (hint, limitMs) => {
  expect(idleLimitOf(hint === undefined ? {} : { "keep-alive": hint })).toBe(limitMs);
});
