import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { checkMessagesRequest } from "./check.ts";
import { checkCountTokens, encodeTokenCount } from "./count-tokens.ts";

const user = (content: JsonValue): JsonObject => ({ role: "user", content });
const use = (id: string): JsonObject => ({ type: "tool_use", id, name: "f", input: {} });
const result = (id: string): JsonObject => ({ type: "tool_result", tool_use_id: id, content: "4" });
const called = (...ids: readonly string[]): JsonObject => ({ role: "assistant", content: ids.map(use) });

describe("a body is refused", () => {
  test.each<[string, JsonValue, string | undefined]>([
    ["that is no object", [], undefined],
    ["without a model", { messages: [user("a")] }, "model"],
    ["without turns", { model: "m" }, "messages"],
    ["with turns of no array", { model: "m", messages: "a" }, "messages"],
    ["with no turn", { model: "m", messages: [] }, "messages"],
    ["with a wrong type", { model: "m", messages: [user("a")], max_tokens: "5" }, "max_tokens"],
    ["with instructions of no text", { model: "m", messages: [user("a")], system: 1 }, "system"],
    [
      "with a tool without a name",
      { model: "m", messages: [user("a")], tools: [{ input_schema: {} }] },
      "tools.0.name",
    ],
  ])("%s", (_, body, param) => {
    const failure = checkMessagesRequest(body);
    expect(failure).toMatchObject({ kind: "bad_request", status: 400 });
    expect(failure?.param).toBe(param);
  });

  test.each<[string, readonly JsonValue[], string]>([
    ["that is no object", ["a"], "messages.0"],
    ["without a role", [{ content: "a" }], "messages.0.role"],
    ["of a role that does not exist", [{ role: "robot", content: "a" }], "messages.0.role"],
    ["without content", [{ role: "user" }], "messages.0.content"],
    ["with a block that is none", [user(["a"])], "messages.0.content.0"],
    ["with a block of no type", [user([{ text: "a" }])], "messages.0.content.0.type"],
    ["with a text of no text", [user([{ type: "text", text: 1 }])], "messages.0.content.0.text"],
    [
      "with a picture that is none",
      [user([{ type: "image", source: { type: "base64", media_type: "image/png", data: "%%%" } }])],
      "messages.0.content.0.source.data",
    ],
    [
      "with such a picture in a result",
      [
        user("a"),
        called("c1"),
        user([{ ...result("c1"), content: [{ type: "image", source: { type: "base64", data: "" } }] }]),
      ],
      "messages.2.content.0.content.0.source.data",
    ],
    ["with a result of no call", [user([result("c1")])], "messages.0.content.0.tool_use_id"],
    [
      "with a result beside its call",
      [user("a"), { role: "assistant", content: [use("c1"), result("c1")] }],
      "messages.1.content.1.tool_use_id",
    ],
    ["with a result before its call", [user([result("c1")]), called("c1")], "messages.0.content.0.tool_use_id"],
    [
      "with a call that goes without a result",
      [user("a"), called("c1", "c2"), user([result("c1")])],
      "messages.1.content.1",
    ],
  ])("for a turn %s", (_, messages, param) => {
    expect(checkMessagesRequest({ model: "m", messages })).toMatchObject({ kind: "bad_request", param });
  });

  test("in the words by which clients know what is wrong", () => {
    const open = checkMessagesRequest({ model: "m", messages: [user("a"), called("c1"), user("b")] });
    expect(open?.message).toContain("`tool_use` ids were found without `tool_result` blocks immediately after: c1");
    const orphan = checkMessagesRequest({ model: "m", messages: [user([result("c1")])] });
    expect(orphan?.message).toContain("unexpected `tool_use_id` found in `tool_result` blocks: c1");
  });
});

describe("a body passes", () => {
  test.each<[string, JsonObject]>([
    ["without a limit", { messages: [user("a")] }],
    ["with what nobody knows", { messages: [user([{ type: "x_new", a: 1 }])], x_field: 1, tools: [{ type: "x_1" }] }],
    ["with a system turn further on", { messages: [user("a"), { role: "system", content: "b" }] }],
    ["with a call that is the last word", { messages: [user("a"), called("c1")] }],
    [
      "with results in two turns",
      { messages: [user("a"), called("c1", "c2"), user([result("c1")]), user([result("c2")])] },
    ],
    ["with null for what is not given", { messages: [user("a")], temperature: null, tools: null }],
    ["with a result of nothing", { messages: [user("a"), called("c1"), user([{ ...result("c1"), content: null }])] }],
  ])("%s", (_, body) => {
    expect(checkMessagesRequest({ model: "m", ...body })).toBeUndefined();
    expect(checkCountTokens({ model: "m", ...body })).toBeUndefined();
  });

  test("however deep a result holds results", () => {
    const content = JSON.parse(
      `${'[{"type":"tool_result","tool_use_id":"c","content":'.repeat(20_000)}"a"${"}]".repeat(20_000)}`,
    ) as JsonValue;
    const messages = [called("c"), user(content)];
    expect(checkMessagesRequest({ model: "m", messages })).toBeUndefined();
  });
});

test("how many tokens there are is told in one field", () => {
  expect(encodeTokenCount(7)).toEqual({ input_tokens: 7 });
});
