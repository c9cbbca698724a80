import { describe, expect, test } from "vitest";
import type { StoredResponse } from "../../gateway/ports.ts";
import { MemoryResponses } from "./responses.ts";
import type { ResponseLimits } from "./responses.ts";

function stored(id: string, text = "hi"): StoredResponse {
  const output = [{ type: "message", id: `msg_${id}`, text }];
  return { id, items: output, response: { id, output } };
}

function storeWith(limits: Partial<ResponseLimits> = {}): {
  readonly store: MemoryResponses;
  readonly at: (ms: number) => void;
} {
  let now = 0;
  return { store: new MemoryResponses(() => now, limits), at: (ms) => void (now = ms) };
}

describe("what is kept", () => {
  test("is found by its id, and its items by theirs", () => {
    const { store } = storeWith();
    store.put("me", "a", stored("a"));
    expect(store.get("me", "a")).toEqual(stored("a"));
    expect(store.item("me", "msg_a")).toMatchObject({ id: "msg_a" });
    expect(store.get("me", "b")).toBeUndefined();
    expect(store.item("me", "msg_b")).toBeUndefined();
  });

  test("is its owner's alone, also under the same id", () => {
    const { store } = storeWith();
    store.put("me", "a", stored("a", "mine"));
    expect(store.get("you", "a")).toBeUndefined();
    expect(store.item("you", "msg_a")).toBeUndefined();
    expect(store.delete("you", "a")).toBe(false);
    store.put("you", "a", stored("a", "yours"));
    expect(store.item("me", "msg_a")).toMatchObject({ text: "mine" });
  });

  test("can be deleted, with its items", () => {
    const { store } = storeWith();
    store.put("me", "a", stored("a"));
    expect(store.delete("me", "a")).toBe(true);
    expect(store.delete("me", "a")).toBe(false);
    expect(store.get("me", "a")).toBeUndefined();
    expect(store.item("me", "msg_a")).toBeUndefined();
  });
});

describe("what is forgotten", () => {
  test("the one that was not used for longest, when there are too many", () => {
    const { store } = storeWith({ responses: 2 });
    store.put("me", "a", stored("a"));
    store.put("me", "b", stored("b"));
    store.item("me", "msg_a");
    store.put("me", "c", stored("c"));
    expect(["a", "b", "c"].map((id) => store.get("me", id)?.id)).toEqual(["a", undefined, "c"]);
    expect(store.item("me", "msg_b")).toBeUndefined();
  });

  test("as many as a large one needs, and one that is too large for all", () => {
    const size = JSON.stringify(stored("a")).length;
    const { store } = storeWith({ bytes: 3 * size });
    for (const id of ["a", "b", "c"]) store.put("me", id, stored(id));
    store.put("me", "d", stored("d", "x".repeat(size / 2)));
    expect(["a", "b", "c", "d"].filter((id) => store.get("me", id))).toEqual(["c", "d"]);
    store.put("me", "e", stored("e", "x".repeat(3 * size)));
    expect(["c", "d", "e"].filter((id) => store.get("me", id))).toEqual(["c", "d"]);
  });

  test("one that is too old, however often it was used", () => {
    const { store, at } = storeWith({ ageMs: 100 });
    store.put("me", "a", stored("a"));
    at(100);
    expect(store.get("me", "a")?.id).toBe("a");
    at(101);
    expect(store.item("me", "msg_a")).toBeUndefined();
    expect(store.delete("me", "a")).toBe(false);
  });

  test("what is put again takes the place of what was there", () => {
    const size = JSON.stringify(stored("a")).length;
    const { store } = storeWith({ bytes: size });
    for (const text of ["hi", "ho"]) store.put("me", "a", stored("a", text));
    expect(store.get("me", "a")).toEqual(stored("a", "ho"));
  });
});
