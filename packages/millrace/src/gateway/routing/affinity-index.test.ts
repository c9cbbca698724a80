import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AffinityIndex } from "./affinity-index.ts";
import { textHash } from "./text-hash.ts";

describe("the affinity index", () => {
  test("knows who answered a conversation last", () => {
    const index = new AffinityIndex();
    index.set("fast", "c1", "desk/q");
    index.set("fast", "c1", "lab/q");
    expect(index.get("fast", "c1")).toBe("lab/q");
    expect(index.size).toBe(1);
  });

  test("keeps models apart", () => {
    const index = new AffinityIndex();
    index.set("fast", "c1", "desk/q");
    expect(index.get("slow", "c1")).toBeUndefined();
    // Not one text put together.
    expect(index.get("fas", "tc1")).toBeUndefined();
  });

  test("starts small", () => {
    expect(new AffinityIndex().bytes).toBeLessThan(10_000);
  });

  test("keeps a quarter of a million conversations in its 8 MiB, and no byte more", () => {
    const index = new AffinityIndex();
    for (let at = 0; at < 300_000; at += 1) index.set("fast", `conversation ${at}`, `desk/q${at % 50}`);
    expect(index.size).toBeGreaterThan(250_000);
    expect(index.bytes).toBeGreaterThan(7 * 2 ** 20);
    expect(index.bytes).toBeLessThanOrEqual(8 * 2 ** 20);
    expect(index.get("fast", "conversation 299999")).toBe("desk/q49");
    expect(index.get("fast", "conversation 0")).toBeUndefined();
  });

  test("one that is answered again is young again, one that is only looked at is not", () => {
    const index = new AffinityIndex(4096);
    index.set("fast", "answered", "desk/q");
    index.set("fast", "seen", "desk/q");
    for (let at = 0; index.size > at; at += 1) {
      index.set("fast", "answered", "desk/q");
      index.get("fast", "seen");
      index.set("fast", `c${at}`, "desk/q");
    }
    expect(index.get("fast", "answered")).toBe("desk/q");
    expect(index.get("fast", "seen")).toBeUndefined();
  });

  test("the names of targets count: clients that make them up do not fill the memory", () => {
    const index = new AffinityIndex(64 * 1024);
    for (let at = 0; at < 1000; at += 1) index.set("x", `c${at}`, `desk/${"m".repeat(400)}${at}`);
    expect(index.bytes).toBeLessThanOrEqual(64 * 1024);
    expect(index.size).toBeGreaterThan(1);
    expect(index.get("x", "c999")).toBeDefined();
  });

  test("nor does a conversation that moves from one to the other", () => {
    const index = new AffinityIndex(64 * 1024);
    index.set("x", "quiet", "desk/q");
    const { bytes } = index;
    for (let at = 0; at < 1000; at += 1) index.set("x", "restless", `desk/${"m".repeat(400)}${at}`);
    index.set("x", "restless", "desk/q");
    expect(index.bytes).toBe(bytes);
    expect(index.get("x", "quiet")).toBe("desk/q");
  });

  test("keys that somebody chose to share a bucket crowd each other out, not the time", () => {
    const sameBucket = (key: string): boolean => textHash(key, textHash("x")) % 256 === 0;
    const keys = Array.from({ length: 50_000 }, (_, at) => `c${at}`).filter(sameBucket);
    const index = new AffinityIndex();
    index.set("x", "somebody else", "desk/q");
    for (const key of keys.slice(0, 100)) index.set("x", key, "desk/q");
    expect(keys.length).toBeGreaterThan(100);
    expect(index.size).toBe(33);
    expect(index.get("x", keys[99] ?? "")).toBe("desk/q");
    expect(index.get("x", keys[0] ?? "")).toBeUndefined();
  });

  test("does what a map with an order does, within its bytes", () => {
    const key = fc.nat(60).map((at) => `c${at}`);
    const target = fc.constantFrom("a/x", "a/y", "b/x", "ab/x");
    const step = fc.record({ key, target });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.constantFrom(600, 1200, 8000), (steps, maxBytes) => {
        const index = new AffinityIndex(maxBytes);
        const facts = new Map<string, string>();
        for (const one of steps) {
          index.set("m", one.key, one.target);
          facts.delete(one.key);
          facts.set(one.key, one.target);
          expect(index.bytes).toBeLessThanOrEqual(maxBytes);
        }
        // What it still has are the youngest, with the right targets.
        const youngest = [...facts].slice(facts.size - index.size);
        expect(youngest.map(([known]) => index.get("m", known))).toEqual(youngest.map(([, held]) => held));
        if (maxBytes === 8000) expect(index.size).toBe(facts.size);
      }),
    );
  });
});
