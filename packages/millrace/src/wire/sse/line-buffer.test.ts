import { expect, test } from "vitest";
import { LineBuffer } from "./line-buffer.ts";

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

test.each([
  ["byte by byte", 3000, 1],
  ["across the size of a segment", 700_000, 65_536],
  ["in pieces that end with a segment", 524_288, 262_144],
  ["in one piece larger than a segment", 600_000, 600_000],
])("a line that comes %s is whole", (_, length, size) => {
  const line = pattern(length);
  const buffer = new LineBuffer();
  for (let at = 0; at < length; at += size) buffer.append(line.subarray(at, at + size));
  expect(buffer.length).toBe(length);
  expect(Buffer.compare(buffer.take(), line)).toBe(0);
});

test("nothing of a line is left behind it", () => {
  const buffer = new LineBuffer();
  buffer.append(pattern(700_000));
  buffer.take();
  buffer.append(Uint8Array.of(7));
  expect([buffer.length, [...buffer.take()]]).toEqual([1, [7]]);
});
