import { describe, expect, test, vi } from "vitest";
import * as crypto from "node:crypto";
import { MemoryKeys, digestKey } from "./keys.ts";

vi.mock("node:crypto", async (original) => {
  const real = await original<typeof crypto>();
  return { ...real, timingSafeEqual: vi.fn(real.timingSafeEqual) };
});

const stored = [
  { name: "me", digest: digestKey("mr-one") },
  { name: "guest", digest: digestKey("mr-two"), models: ["fast", "desk/*"] },
  { name: "ci", digest: digestKey("mr-three") },
];
const keys = new MemoryKeys(stored);

describe("finding a key", () => {
  test("gives who it belongs to, and what it may use", () => {
    expect(keys.find("mr-one")).toEqual({ name: "me" });
    expect(keys.find("mr-two")).toEqual({ name: "guest", models: ["fast", "desk/*"] });
  });

  test.each(["", "mr-on", "mr-one ", "MR-ONE", "mr-onee", "\u{1F511}"])("%j is nobody's", (credential) => {
    expect(keys.find(credential)).toBeUndefined();
  });

  test.each(["mr-one", "mr-three", "wrong"])("compares %s with every key in constant time", (credential) => {
    const compare = vi.mocked(crypto.timingSafeEqual);
    compare.mockClear();
    new MemoryKeys(stored).find(credential);
    expect(compare).toHaveBeenCalledTimes(3);
    expect(compare.mock.calls.every(([a, b]) => a.byteLength === 32 && b.byteLength === 32)).toBe(true);
  });
});

test("a key that was found is known from then on, and what is none is compared each time", () => {
  const compare = vi.mocked(crypto.timingSafeEqual);
  const fresh = new MemoryKeys(stored);
  expect(fresh.find("mr-two")).toEqual({ name: "guest", models: ["fast", "desk/*"] });
  compare.mockClear();
  expect(fresh.find("mr-two")).toEqual({ name: "guest", models: ["fast", "desk/*"] });
  expect(compare).not.toHaveBeenCalled();
  fresh.find("wrong");
  fresh.find("wrong");
  expect(compare).toHaveBeenCalledTimes(6);
});

test("without keys the store is open", () => {
  expect(new MemoryKeys([]).open).toBe(true);
  expect(keys.open).toBe(false);
});

test("the key itself is not kept", () => {
  expect(JSON.stringify(digestKey("mr-one"))).not.toContain("mr-one");
  expect(digestKey("mr-one")).toHaveLength(32);
});

test("a digest that is none is refused at construction, by the key's name", () => {
  expect(() => new MemoryKeys([{ name: "me", digest: new Uint8Array(20) }])).toThrow(/key me has 20 bytes/);
});
