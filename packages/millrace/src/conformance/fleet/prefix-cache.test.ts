import fc from "fast-check";
import { expect, test } from "vitest";
import { PrefixCache } from "./prefix-cache.ts";

test("what a conversation has said before is not read again", () => {
  const cache = new PrefixCache(1000);
  expect(cache.hit("a", 300)).toBe(0);
  cache.keep("a", 300);
  expect(cache.hit("a", 350)).toBe(300);
});

test("a prompt shorter than what is held is a hit as long as itself", () => {
  const cache = new PrefixCache(1000);
  cache.keep("a", 300);
  expect(cache.hit("a", 100)).toBe(100);
});

test("the conversation used longest ago makes room", () => {
  const cache = new PrefixCache(1000);
  cache.keep("a", 400);
  cache.keep("b", 400);
  cache.keep("a", 450);
  cache.keep("c", 400);
  expect([cache.hit("a", 450), cache.hit("b", 400), cache.hit("c", 400)]).toEqual([450, 0, 400]);
});

test("a conversation larger than the cache is not held, and puts nobody out", () => {
  const cache = new PrefixCache(1000);
  cache.keep("a", 400);
  cache.keep("b", 1001);
  expect([cache.hit("a", 400), cache.hit("b", 1001)]).toEqual([400, 0]);
});

test("it never holds more than its capacity, and its count is right", () => {
  const uses = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c", "d", "e"), tokens: fc.nat({ max: 700 }) }));
  fc.assert(
    fc.property(uses, (all) => {
      const cache = new PrefixCache(1000);
      for (const { name, tokens } of all) cache.keep(name, tokens);
      const held = ["a", "b", "c", "d", "e"].reduce((sum, name) => sum + cache.hit(name, Infinity), 0);
      expect(cache.tokens).toBe(held);
      expect(cache.tokens).toBeLessThanOrEqual(1000);
    }),
  );
});
