import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import { adaptMessagesRequest } from "./adapt.ts";
import { ANTHROPIC_RULES, COMPATIBLE_MESSAGES_RULES, messagesPath, VERTEX_MESSAGES_RULES } from "./rules.ts";

const BODY = { model: "asked", max_tokens: 5, messages: [{ role: "user", content: "Hi" }], stream: true };
const TARGET = { model: "claude", stream: true };

const withTurn = (...content: readonly JsonObject[]): JsonObject => ({
  ...BODY,
  messages: [...BODY.messages, { role: "assistant", content }],
});
const turnOf = ({ body }: AdaptedBody): JsonObject["content"] =>
  (body["messages"] as readonly JsonObject[]).find(({ role }) => role === "assistant")?.["content"];

test("a body passes with another name of the model, in the client's own bytes", () => {
  const adapted = adaptMessagesRequest(BODY, TARGET, ANTHROPIC_RULES);
  expect(adapted).toEqual({
    body: { ...BODY, model: "claude" },
    changes: [],
    edits: [{ key: "model", value: '"claude"' }],
  });
});

test("everything that the server would take stays, the line about the client too", () => {
  const system = [{ type: "text", text: "x-anthropic-billing-header: a" }];
  const thinking = { type: "thinking", thinking: "Hm", signature: "c2ln" };
  const body = { ...withTurn(thinking, { type: "x_new" }), system, x_field: 1, temperature: 2 };
  expect(adaptMessagesRequest(body, TARGET, ANTHROPIC_RULES).body).toEqual({ ...body, model: "claude" });
});

test("a limit is added where there is none, and told", () => {
  const { max_tokens: _none, ...body } = BODY;
  const adapted = adaptMessagesRequest(body, TARGET, ANTHROPIC_RULES);
  expect(adapted.body["max_tokens"]).toBe(8192);
  expect(adapted.changes).toMatchObject([{ field: "max_tokens", action: "added" }]);
  expect(adapted.edits).toHaveLength(2);
});

test.each([
  [{}, true, "added"],
  [{ stream: false }, true, "replaced"],
  [{ stream: true }, false, "replaced"],
])("whether it streams is set: %j to %s", (given, stream, action) => {
  const { stream: _any, ...rest } = BODY;
  const adapted = adaptMessagesRequest({ ...rest, ...given }, { model: "claude", stream }, ANTHROPIC_RULES);
  expect(adapted.body["stream"]).toBe(stream);
  expect(adapted.changes).toMatchObject([{ field: "stream", action }]);
});

describe("reasoning that we wrapped", () => {
  const text = { type: "text", text: "b" };
  const foreign = { type: "reasoning.encrypted", data: "b3A=", format: "openai-responses-v1" };
  const own = { type: "reasoning.text", text: "Own", signature: "c2ln", format: "anthropic-claude-v1" };
  const wrapped = (...details: readonly JsonObject[]): JsonObject => ({
    type: "thinking",
    thinking: "Hm",
    signature: wrapReasoning(details),
  });

  test("of another model is left out, which is told", () => {
    const adapted = adaptMessagesRequest(withTurn(wrapped(foreign), text), TARGET, ANTHROPIC_RULES);
    expect(turnOf(adapted)).toEqual([text]);
    expect(adapted).toMatchObject({ changes: [{ field: "messages", action: "dropped" }] });
    expect(adapted).not.toHaveProperty("edits");
  });

  test("of the dialect's own is put back", () => {
    const adapted = adaptMessagesRequest(withTurn(wrapped(own), text), TARGET, ANTHROPIC_RULES);
    expect(turnOf(adapted)).toEqual([{ type: "thinking", thinking: "Own", signature: "c2ln" }, text]);
    expect(adapted.changes).toEqual([]);
  });

  test("stays readable where the server takes it", () => {
    const adapted = adaptMessagesRequest(withTurn(wrapped(), text), TARGET, COMPATIBLE_MESSAGES_RULES);
    expect(turnOf(adapted)).toEqual([{ type: "thinking", thinking: "Hm", signature: "" }, text]);
  });

  test("takes a turn with it that holds nothing else", () => {
    const block = { type: "redacted_thinking", data: wrapReasoning([foreign]) };
    expect(adaptMessagesRequest(withTurn(block), TARGET, ANTHROPIC_RULES).body["messages"]).toEqual(BODY.messages);
  });
});

describe("a turn that another model began", () => {
  const foreign = wrapReasoning([{ type: "reasoning.encrypted", data: "b3A=", format: "openai-responses-v1" }]);
  const call = (id: string, ...thoughts: readonly JsonObject[]): readonly JsonObject[] => [
    { role: "assistant", content: [...thoughts, { type: "tool_use", id, name: "f", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: id }] },
  ];
  const others = call("a", { type: "thinking", thinking: "Hm", signature: foreign });
  const own = call("b", { type: "thinking", thinking: "Hm", signature: "c2ln" });
  const asked = { role: "user", content: "And now?" };
  const edits = [{ type: "clear_thinking_20251015", keep: "all" }, { type: "clear_tool_uses_20250919" }];
  const adapted = (messages: readonly JsonObject[], thinking: JsonObject): AdaptedBody =>
    adaptMessagesRequest(
      { ...BODY, messages: [...BODY.messages, ...messages], thinking, context_management: { edits } },
      TARGET,
      ANTHROPIC_RULES,
    );
  const enabled = { type: "enabled", budget_tokens: 2000 };

  test.each<[string, readonly JsonObject[]]>([
    ["at once", others],
    ["after a call without thoughts", [...call("0"), ...others]],
    ["before one", [...others, ...call("0")]],
  ])("is gone on with, without thinking: %s", (_, messages) => {
    const { body, changes } = adapted(messages, enabled);
    expect(body).not.toHaveProperty("thinking");
    expect(body["context_management"]).toEqual({ edits: edits.slice(1) });
    expect(changes.map(({ field, action }) => `${field} ${action}`)).toEqual([
      "messages dropped",
      "thinking dropped",
      "context_management.edits dropped",
    ]);
  });

  test.each<[string, readonly JsonObject[], JsonObject]>([
    ["where its own thoughts are there too", [...others, ...own], enabled],
    ["when the user has spoken since", [...others, asked], enabled],
    ["where the model measures its thoughts itself", others, { type: "adaptive" }],
  ])("leaves thinking on %s", (_, messages, thinking) => {
    const { body, changes } = adapted(messages, thinking);
    expect(body).toMatchObject({ thinking, context_management: { edits } });
    expect(changes.map(({ field }) => field)).toEqual(["messages"]);
  });
});

test("ids that the server refuses are rewritten for call and result", () => {
  const body = {
    ...BODY,
    messages: [
      ...BODY.messages,
      { role: "assistant", content: [{ type: "tool_use", id: "functions.f:0", name: "f", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "functions.f:0" }] },
    ],
  };
  const adapted = adaptMessagesRequest(body, TARGET, ANTHROPIC_RULES);
  expect(adapted.body["messages"]).toMatchObject([
    {},
    { content: [{ id: "functions_f_0", name: "f" }] },
    { content: [{ tool_use_id: "functions_f_0" }] },
  ]);
  expect(adapted.changes).toMatchObject([{ field: "messages", action: "replaced" }]);
});

test("an id that comes again is another one, and its result is that of the last call", () => {
  const round = [
    { role: "assistant", content: [{ type: "tool_use", id: "call_0", name: "f", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "call_0" }] },
  ];
  const adapted = adaptMessagesRequest(
    { ...BODY, messages: [...BODY.messages, ...round, ...round] },
    TARGET,
    ANTHROPIC_RULES,
  );
  expect(adapted.body["messages"]).toMatchObject([
    {},
    ...round,
    { content: [{ id: "call_0_2" }] },
    { content: [{ tool_use_id: "call_0_2" }] },
  ]);
});

test("for Vertex the model is in the path, and the version in the body", () => {
  const adapted = adaptMessagesRequest(BODY, TARGET, VERTEX_MESSAGES_RULES);
  expect(adapted.body).toMatchObject({ anthropic_version: "vertex-2023-10-16", max_tokens: 5 });
  expect(adapted.body).not.toHaveProperty("model");
  expect(adapted).not.toHaveProperty("edits");
});

test.each([
  [ANTHROPIC_RULES, true, "/messages"],
  [VERTEX_MESSAGES_RULES, false, "/publishers/anthropic/models/claude-opus-4-5@20251101:rawPredict"],
  [VERTEX_MESSAGES_RULES, true, "/publishers/anthropic/models/claude-opus-4-5@20251101:streamRawPredict"],
])("where it goes", (rules, stream, path) => {
  expect(messagesPath(rules, "claude-opus-4-5@20251101", stream)).toBe(path);
  expect(messagesPath(VERTEX_MESSAGES_RULES, "a/../$&", true)).toMatch(/\/a%2F\.\.%2F%24%26:streamRawPredict$/);
});
