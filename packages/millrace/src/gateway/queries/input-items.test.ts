import { describe, expect, test } from "vitest";
import { inputItemList } from "./input-items.ts";

const items = [{ content: "one" }, { id: "msg_2", content: "two" }, { content: "three" }];

describe("the input items of a response", () => {
  test.each<[string, readonly string[], boolean]>([
    ["", ["item_2", "msg_2", "item_0"], false],
    ["order=desc", ["item_2", "msg_2", "item_0"], false],
    ["order=asc", ["item_0", "msg_2", "item_2"], false],
    ["order=asc&limit=1", ["item_0"], true],
    ["order=asc&limit=1&after=item_0", ["msg_2"], true],
    ["limit=2&after=msg_2", ["item_0"], false],
    ["limit=none", ["item_2", "msg_2", "item_0"], false],
  ])("%j", (query, ids, more) => {
    expect(inputItemList(items, query)).toMatchObject({
      data: ids.map((id) => ({ id })),
      first_id: ids[0],
      last_id: ids.at(-1),
      has_more: more,
    });
  });

  test("a page holds twenty unless asked otherwise, and a hundred at most", () => {
    const many = Array.from({ length: 120 }, () => ({}));
    expect(inputItemList(many, "")["data"]).toHaveLength(20);
    expect(inputItemList(many, "limit=500")["data"]).toHaveLength(100);
  });

  test("there may be none", () => {
    expect(inputItemList([], "")).toEqual({ object: "list", data: [], first_id: null, last_id: null, has_more: false });
  });
});
