import { describe, expect, test } from "vitest";
import type { InferenceRequest } from "../../model/request.ts";
import { plainRequest } from "./plain-request.ts";
import { REFERENCE_RULES, type RequestRules } from "./rules.ts";

const ASK: InferenceRequest = { model: "m", messages: [{ role: "user", content: "hi" }] };
const MARK = { type: "ephemeral" };

function plain(request: Partial<InferenceRequest>, rules: Partial<RequestRules> = {}): ReturnType<typeof plainRequest> {
  return plainRequest({ ...ASK, ...request }, { ...REFERENCE_RULES.request, ...rules });
}

describe("what only some servers understand", () => {
  test("marks for the cache go, and are told once", () => {
    const content = [
      { type: "text", text: "a", cacheControl: MARK },
      { type: "text", text: "b", cacheControl: MARK },
    ] as const;
    const { request, changes } = plain({
      messages: [{ role: "user", content }],
      tools: [{ name: "f", cacheControl: MARK }],
    });
    expect(JSON.stringify(request)).not.toContain("ephemeral");
    expect(changes).toMatchObject([{ field: "cache_control", action: "dropped" }]);
  });

  test("they stay for a server that takes them", () => {
    const messages = [{ role: "user", content: [{ type: "text", text: "a", cacheControl: MARK }] }] as const;
    expect(plain({ messages }, { understands: ["cache_control"] })).toEqual({
      request: { ...ASK, messages },
      changes: [],
    });
  });

  test.each<[string, Partial<InferenceRequest>]>([
    ["top_k", { topK: 4 }],
    ["metadata", { metadata: { a: "b" } }],
    ["prompt_cache_key", { promptCacheKey: "k" }],
    ["service_tier", { serviceTier: "flex" }],
    ["reasoning_details", { messages: [{ role: "assistant", content: "a", reasoningDetails: [{ type: "x" }] }] }],
  ])("%s goes, and is told", (field, request) => {
    expect(plain(request).changes).toMatchObject([{ field, action: "dropped" }]);
  });

  test("that nothing is stored is what other servers do anyway", () => {
    expect(plain({ store: false })).toEqual({ request: ASK, changes: [] });
  });

  test("a tool of free text becomes a function, its earlier calls too", () => {
    const toolCalls = [{ id: "1", type: "custom", name: "sh", arguments: "ls" }] as const;
    const { request, changes } = plain({
      tools: [{ type: "custom", name: "sh" }],
      messages: [{ role: "assistant", content: null, toolCalls }],
    });
    expect(request.tools).toMatchObject([{ name: "sh", parameters: { required: ["input"] } }]);
    expect(request.messages?.[0]?.toolCalls).toMatchObject([{ type: "function", arguments: '{"input":"ls"}' }]);
    expect(changes).toMatchObject([{ field: "tools[0]", action: "replaced", to: "function" }]);
  });

  test("a number of tokens to think is an effort, and that is told", () => {
    const { request, changes } = plain({ reasoningBudget: 8000 });
    expect(request.reasoningEffort).toBe("medium");
    expect(changes).toMatchObject([{ field: "reasoning_budget", action: "replaced", to: "medium" }]);
  });

  test.each<[string, string, number]>([
    ["no such file", "Error: no such file", 1],
    ["Error: no such file", "Error: no such file", 0],
    ["<error>no</error>", "<error>no</error>", 0],
  ])("a call that failed is said to have failed: %s", (content, said, told) => {
    const messages = [{ role: "tool", toolCallId: "1", content, isError: true }] as const;
    const { request, changes } = plain({ messages });
    expect(request.messages).toEqual([{ role: "tool", toolCallId: "1", content: said }]);
    expect(changes).toHaveLength(told);
  });

  test("images of results follow all of them as the user's, where the server wants that", () => {
    const image = { type: "image", url: "data:image/png;base64,AA==" } as const;
    const { request, changes } = plain(
      {
        messages: [
          { role: "tool", toolCallId: "1", content: [{ type: "text", text: "a" }, image] },
          { role: "tool", toolCallId: "2", content: "b" },
        ],
      },
      { imagesInToolResults: false },
    );
    expect(request.messages).toMatchObject([
      { role: "tool", toolCallId: "1", content: "a" },
      { role: "tool", toolCallId: "2", content: "b" },
      { role: "user", content: [{ type: "text" }, image] },
    ]);
    expect(changes).toMatchObject([{ field: "messages[0].content[1]", action: "replaced", to: "a user message" }]);
  });
});

describe("a server whose templates know instructions only at the beginning", () => {
  test("gets them in one message, those further on as the user's, and turns that alternate", () => {
    const { request, changes } = plain(
      {
        messages: [
          { role: "system", content: "A" },
          { role: "developer", content: "B" },
          { role: "user", content: "hi" },
          { role: "system", content: "C" },
        ],
      },
      { instructions: "first" },
    );
    expect(request.messages).toEqual([
      {
        role: "system",
        content: [
          { type: "text", text: "A" },
          { type: "text", text: "B" },
        ],
      },
      {
        role: "user",
        content: [
          { type: "text", text: "hi" },
          { type: "text", text: "C" },
        ],
      },
    ]);
    expect(changes).toMatchObject([{ field: "messages[3].role", action: "replaced", to: "user" }]);
  });

  test("a lone text is sent as a string", () => {
    const messages = [{ role: "user", content: [{ type: "text", text: "hi" }] }] as const;
    expect(plain({ messages }).request.messages).toEqual(ASK.messages);
  });
});

test("what a model said in one go is one message, its calls right before their results", () => {
  const call = { id: "1", type: "function", name: "f", arguments: "{}" } as const;
  const { request } = plain({
    messages: [
      { role: "assistant", content: "a", reasoning: "hm" },
      { role: "assistant", content: null, toolCalls: [call] },
      { role: "assistant", content: "b", toolCalls: [{ ...call, id: "2" }] },
      { role: "tool", toolCallId: "1", content: "x" },
    ],
  });
  expect(request.messages).toHaveLength(2);
  expect(request.messages?.[0]).toMatchObject({
    content: [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ],
    reasoning: "hm",
    toolCalls: [{ id: "1" }, { id: "2" }],
  });
});
