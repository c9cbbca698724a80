import { describe, expect, test } from "vitest";
import { ArrivingBody } from "./arriving-body.ts";

const KIB = 1024;

function arrived(announced: number, ...chunks: readonly Buffer[]): Buffer {
  const body = new ArrivingBody(announced);
  for (const chunk of chunks) body.add(chunk);
  expect(body.bytes).toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  return body.whole();
}

/** So many chunks of 64 KiB, each of another byte. */
function chunksOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => Buffer.alloc(64 * KIB, n + 1));
}

describe("what arrived is the body", () => {
  test.each([
    ["small, announced", 2],
    ["large, announced", 40],
    ["exactly where memory is set aside", 16],
  ])("%s", (_what, count) => {
    const chunks = chunksOf(count);
    expect(arrived(count * 64 * KIB, ...chunks).equals(Buffer.concat(chunks))).toBe(true);
  });

  test("large, of a length that nobody announced", () => {
    const chunks = chunksOf(40);
    expect(arrived(NaN, ...chunks).equals(Buffer.concat(chunks))).toBe(true);
  });

  test("cut short of what was announced", () => {
    const chunks = chunksOf(20);
    expect(arrived(40 * 64 * KIB, ...chunks).equals(Buffer.concat(chunks))).toBe(true);
  });
});

test("the only chunk is not copied", () => {
  const chunk = Buffer.alloc(10);
  expect(arrived(10, chunk)).toBe(chunk);
});

test("a large announced body is there before it is asked for, and only once", () => {
  const body = new ArrivingBody(2048 * KIB);
  for (const chunk of chunksOf(32)) body.add(chunk);
  expect(body.whole().buffer).toBe(body.whole().buffer);
});
