import { describe, expect, test } from "vitest";
import { vectorOf } from "./vectors.ts";

describe("a vector", () => {
  test("is the same for the same text, and another for another", () => {
    expect(vectorOf("river", 8)).toEqual(vectorOf("river", 8));
    expect(vectorOf("river", 8)).not.toEqual(vectorOf("wheel", 8));
  });

  test.each([1, 3, 64, 1024])("of %i dimensions has length 1, in 32-bit floats", (dimensions) => {
    const vector = vectorOf("river", dimensions);
    expect(vector).toHaveLength(dimensions);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    expect(vector.map(Math.fround)).toEqual(vector);
  });

  test("that is narrower points where the beginning of a wider one does", () => {
    const [narrow, wide] = [vectorOf("river", 3), vectorOf("river", 6).slice(0, 3)];
    const length = Math.hypot(...wide);
    narrow.forEach((value, i) => expect(value).toBeCloseTo((wide[i] ?? 0) / length, 6));
  });
});
