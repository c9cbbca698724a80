import { describe, expect, test } from "vitest";
import { bytesHash, mixed, textHash } from "./text-hash.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each<[string, (text: string, seed?: number) => number]>([
  ["textHash", textHash],
  ["bytesHash", (text, seed) => bytesHash(bytesOf(text), bytesOf(text).length, seed)],
])("%s", (_, hash) => {
  test("gives whole numbers of 53 bits, and uses all of them", () => {
    let ones = 0;
    for (let at = 0; at < 1000; at += 1) {
      const value = hash(`text ${at}`);
      expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
      ones += value >= 2 ** 52 ? 1 : 0;
    }
    expect(ones).toBeGreaterThan(400);
    expect(ones).toBeLessThan(600);
  });

  test("differs for texts that are nearly the same, and fills buckets evenly", () => {
    const seen = new Set<number>();
    const buckets = Array.from({ length: 64 }, () => 0);
    for (let at = 0; at < 64_000; at += 1) {
      const value = hash(`conversation-${at}`);
      seen.add(value);
      buckets[value % 64] = (buckets[value % 64] ?? 0) + 1;
    }
    expect(seen.size).toBe(64_000);
    expect(Math.min(...buckets)).toBeGreaterThan(800);
    expect(Math.max(...buckets)).toBeLessThan(1200);
  });

  test.each([
    ["lowest", 1],
    ["highest", 2 ** 52],
  ])("differs when only the %s bit of the seed does", (_bit, seed) => {
    expect(hash("text", seed)).not.toBe(hash("text", 0));
  });

  test("tells where a text ends", () => {
    expect(new Set(["", "\0", "\0\0", "\0\0\0", "\0\0\0\0", "\0\0\0\0\0"].map((text) => hash(text))).size).toBe(6);
  });
});

test("only so many bytes count", () => {
  expect(bytesHash(bytesOf("abcdefgh"), 5)).toBe(bytesHash(bytesOf("abcdeXYZ"), 5));
});

test("numbers side by side are mixed far apart", () => {
  const half = Array.from({ length: 1000 }, (_, at) => mixed(at)).filter((value) => value < 2 ** 31).length;
  expect(half).toBeGreaterThan(430);
  expect(half).toBeLessThan(570);
});
