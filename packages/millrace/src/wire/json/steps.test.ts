import { expect, test } from "vitest";
import { atOnce, findIndexInSteps, stretches } from "./steps.ts";
import { countingWork } from "./testing/step-work.ts";

const list = Array.from({ length: 20_000 }, (_, n) => n);

test.each([0, 4095, 4096, 19_999])("member %d is found", (member) => {
  expect(atOnce(findIndexInSteps(list, (other) => other === member))).toBe(member);
});

test("what is not there is not, and a pause comes every few thousand members", () => {
  const { value, steps } = countingWork(findIndexInSteps(list, () => false));
  expect(value).toBe(-1);
  expect(steps).toBe(6);
});

test("stretches lie end to end", () => {
  expect([...stretches(9000)]).toEqual([
    [0, 4096],
    [4096, 8192],
    [8192, 9000],
  ]);
  expect([...stretches(0)]).toEqual([]);
});
