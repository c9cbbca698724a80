import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { stringOf } from "../json/read.ts";
import { unwrapReasoning, wrapReasoning } from "../translation/wrapped-reasoning.ts";
import { detail, finish, last, of, start, text, why } from "./testing/events.ts";
import { encode } from "./testing/wire.ts";
import type { ReadEvent } from "./testing/wire.ts";

describe("opaque reasoning", () => {
  const reasoningOf = (events: readonly ReadEvent[]): readonly JsonObject[] =>
    (last(events)["output"] as readonly JsonObject[]).filter(({ type }) => type === "reasoning");

  const encryptedIn = (item: JsonObject | undefined): string => stringOf(item?.["encrypted_content"]) ?? "";

  test("of another model is wrapped, block by block", () => {
    const blocks = ["s1", "s2"].map((signature) => ({
      type: "reasoning.text",
      text: signature,
      signature,
      format: "anthropic-claude-v1",
    }));
    const [one = {}, two = {}] = blocks;
    const items = reasoningOf(encode([start, why("a"), detail(one), why("b"), detail(two), text("c"), ...finish()]));
    expect(items.map(({ summary }) => summary)).toMatchObject([[{ text: "a" }], [{ text: "b" }]]);
    expect(items.map((item) => unwrapReasoning(encryptedIn(item)))).toEqual([[one], [two]]);
  });

  test("in pieces is one block", () => {
    const pieces = [{ text: "a" }, { text: "b" }, { text: "", signature: "s" }].map((more) => ({
      type: "reasoning.text",
      index: 0,
      ...more,
    }));
    const items = reasoningOf(
      encode([start, ...pieces.flatMap((value) => [why("x"), detail(value)]), text("c"), ...finish()]),
    );
    expect(items).toHaveLength(1);
    expect(unwrapReasoning(encryptedIn(items[0]))).toEqual([
      { type: "reasoning.text", index: 0, text: "ab", signature: "s" },
    ]);
  });

  test("of this dialect is its item again, text included", () => {
    const summary = ["one", "two"].map((value) => ({ type: "summary_text", text: value }));
    const own = { type: "reasoning.encrypted", data: "secret", id: "rs_9", summary, format: "openai-responses-v1" };
    const events = encode([start, detail(own), text("c"), ...finish()]);
    expect(reasoningOf(events)).toEqual([{ id: "rs_9", type: "reasoning", summary, encrypted_content: "secret" }]);
    expect(of(events, "reasoning_summary_text.delta").map(({ delta }) => delta)).toEqual(["one", "two"]);
  });

  test("of this dialect that comes behind its text is wrapped, because its id is not that of the item", () => {
    const own = { type: "reasoning.encrypted", data: "secret", id: "rs_9", summary: [], format: "openai-responses-v1" };
    const [item] = reasoningOf(encode([start, why("a"), detail(own), ...finish()]));
    expect(item?.["id"]).toBe("rs_req_1_0");
    expect(unwrapReasoning(encryptedIn(item))).toEqual([own]);
  });

  test("that is only readable has encrypted content too: clients send none back without", () => {
    const [item] = reasoningOf(encode([start, why("a"), ...finish()]));
    expect(item?.["encrypted_content"]).toBe(wrapReasoning([]));
  });
});
