import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
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
    ["prompt_cache_retention", { promptCacheRetention: "24h" }],
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

test.each<[string, Partial<RequestRules>, JsonObject, number]>([
  ["stays at OpenAI, whose word it is", { understands: ["platform"] }, { detail: "original" }, 0],
  ["is left out elsewhere, and told", {}, {}, 1],
])("an image's original detail %s", (_what, rules, detail, told) => {
  const image = { type: "image", url: "https://example.com/a.png" } as const;
  const { request, changes } = plain(
    { messages: [{ role: "user", content: [{ ...image, detail: "original" }] }] },
    rules,
  );
  expect(request.messages).toEqual([{ role: "user", content: [{ ...image, ...detail }] }]);
  expect(changes).toMatchObject(Array(told).fill({ field: "messages[0].content[0].detail", action: "dropped" }));
});

describe("files, of which the dialect knows fewer forms", () => {
  const pdf: ContentPart = { type: "file", file: { file_data: "data:application/pdf;base64,AA==", filename: "a.pdf" } };
  const sound: ContentPart = { type: "audio", data: "AA==", format: "wav" };
  const link: ContentPart = { type: "file", file: { file_url: "https://example.com/a.pdf", filename: "a.pdf" } };
  const ask = (...content: readonly ContentPart[]): readonly Message[] => [{ role: "user", content }];

  test("those of a result follow it as the user's, where the server takes none there", () => {
    const messages: readonly Message[] = [{ role: "tool", toolCallId: "1", content: [pdf, sound] }];
    const { request, changes } = plain({ messages }, { imagesInToolResults: false });
    expect(request.messages).toEqual([
      { role: "tool", toolCallId: "1", content: "The file follows." },
      { role: "user", content: [{ type: "text", text: "Of the result of 1:" }, pdf, sound] },
    ]);
    expect(changes).toMatchObject([
      { field: "messages[0].content[0]", to: "a user message", reason: "the server takes no file in a tool's result" },
      { field: "messages[0].content[1]", to: "a user message", reason: "the server takes no audio in a tool's result" },
    ]);
  });

  test.each<[string, ContentPart]>([
    ["a file by URL", link],
    ["an image by its id", { type: "file", file: { file_id: "file-1" }, isImage: true }],
  ])("%s has no place, and another target may take it", (_what, part) => {
    const { refusal } = plain({ messages: ask({ type: "text", text: "?" }, part) });
    expect(refusal).toMatchObject({ kind: "unsupported", retry: "elsewhere", param: "messages[0].content[1]" });
  });

  test.each<[string, ContentPart]>([
    ["by data", pdf],
    ["by its id", { type: "file", file: { file_id: "file-1" } }],
  ])("a file %s passes", (_what, part) => {
    expect(plain({ messages: ask(part) })).toEqual({ request: { ...ASK, messages: ask(part) }, changes: [] });
  });

  test("a URL stands in place of the data where the server fetches files", () => {
    const { request, refusal } = plain({ messages: ask(link) }, { understands: ["file_urls"] });
    const file = { filename: "a.pdf", file_data: "https://example.com/a.pdf" };
    expect(request.messages).toEqual(ask({ type: "file", file }));
    expect(refusal).toBeUndefined();
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
      { role: "system", content: "A\n\nB" },
      { role: "user", content: "hi\n\nC" },
    ]);
    expect(changes).toMatchObject([{ field: "messages[3].role", action: "replaced", to: "user" }]);
  });
});

describe("texts in parts are sent as a string, which servers read more surely", () => {
  const text = (said: string): ContentPart => ({ type: "text", text: said });
  const image: ContentPart = { type: "image", url: "https://example.com/a.png" };
  const marked: ContentPart = { type: "text", text: "b", cacheControl: MARK };

  test.each<[string, Message["role"], readonly ContentPart[], Message["content"]]>([
    ["a lone text", "user", [text("hi")], "hi"],
    [
      "instructions in several blocks",
      "system",
      [text("You are Claude Code"), text("Rules")],
      "You are Claude Code\n\nRules",
    ],
    ["a result in several blocks", "tool", [text("row 1"), text("row 2")], "row 1\n\nrow 2"],
    ["one that is empty says nothing", "tool", [text(""), text("row")], "row"],
    ["a mark that is left out keeps nothing apart", "system", [text("a"), marked], "a\n\nb"],
    [
      "what a model said in one go, which citations split",
      "assistant",
      [text("Grass is "), text("green.")],
      "Grass is green.",
    ],
    ["beside an image they stay", "user", [text("a"), image], [text("a"), image]],
  ])("%s", (_what, role, content, sent) => {
    expect(plain({ messages: [{ role, content }] }).request.messages).toEqual([{ role, content: sent }]);
  });

  test("a mark for the cache that stays keeps them apart", () => {
    const messages: readonly Message[] = [{ role: "system", content: [text("a"), marked] }];
    expect(plain({ messages }, { understands: ["cache_control"] }).request.messages).toEqual(messages);
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
    content: "a\n\nb",
    reasoning: "hm",
    toolCalls: [{ id: "1" }, { id: "2" }],
  });
});
