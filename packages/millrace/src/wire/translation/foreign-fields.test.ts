import { describe, expect, test } from "vitest";
import type { InferenceRequest } from "../../model/request.ts";
import { withoutForeignFields } from "./foreign-fields.ts";

const ASK: InferenceRequest = { model: "m", messages: [{ role: "user", content: "hi" }] };

function droppedFrom(request: Partial<InferenceRequest>): readonly string[] {
  return withoutForeignFields({ ...ASK, ...request }).changes.map(({ field }) => field);
}

describe("what only its own dialect understands is left out, and told", () => {
  test("fields of the request", () => {
    expect(droppedFrom({ extra: { min_p: 1, nothing: null } })).toEqual(["min_p"]);
  });

  test("what is left of an object of which the rest was understood, by its own name", () => {
    const generationConfig = { thinkingConfig: { b: 1 }, c: { d: 1 }, e: null };
    const extra = { options: { num_ctx: 8, min_p: 0 }, generationConfig, provider: { order: ["a"] } };
    expect(droppedFrom({ extra })).toEqual([
      "options.num_ctx",
      "options.min_p",
      "generationConfig.thinkingConfig.b",
      "generationConfig.c",
      "provider",
    ]);
    expect(droppedFrom({ tools: [{ name: "f", extra: { function: { x: 1 } } }] })).toEqual(["tools[0].function.x"]);
  });

  test("fields of a message and of its parts", () => {
    const part = { type: "text", text: "a", extra: { uuid: "x" } } as const;
    expect(droppedFrom({ messages: [{ role: "user", content: [part], extra: { id: "y" } }] })).toEqual([
      "messages[0].id",
      "messages[0].content[0].uuid",
    ]);
  });

  test("what an earlier server did, and tools that a server runs itself", () => {
    const content = [{ type: "opaque", raw: { type: "web_search_call" } }] as const;
    expect(droppedFrom({ messages: [{ role: "assistant", content }] })).toEqual(["messages[0].content[0]"]);
    expect(droppedFrom({ tools: [{ name: "f" }, { raw: { type: "web_search" } }] })).toEqual(["tools[1]"]);
  });

  test("a choice of a kind that is not known", () => {
    expect(droppedFrom({ toolChoice: { raw: { type: "computer" } } })).toEqual(["tool_choice"]);
  });
});

describe("what the client shows or tells", () => {
  const video = { type: "opaque", raw: { type: "video" } } as const;
  const found = { type: "opaque", raw: { type: "search_result" }, text: "Rain" } as const;

  test.each(["user", "tool", "system"] as const)("in a message of %s is refused where it has no place", (role) => {
    const { refusal } = withoutForeignFields({ ...ASK, messages: [{ role, content: [found, video] }] });
    expect(refusal).toMatchObject({ kind: "unsupported", retry: "elsewhere", param: "messages[0].content[1]" });
  });

  test("is a text where that says it all", () => {
    const { request, changes, refusal } = withoutForeignFields({
      ...ASK,
      messages: [{ role: "tool", content: [found] }],
    });
    expect(request.messages).toEqual([{ role: "tool", content: [{ type: "text", text: "Rain" }] }]);
    expect(changes).toMatchObject([{ field: "messages[0].content[0]", action: "replaced", to: "text" }]);
    expect(refusal).toBeUndefined();
  });
});

test("a thought signature of a call crosses, its position does not", () => {
  const signature = { google: { thought_signature: "s" } };
  const call = { id: "1", type: "function", name: "f", arguments: "{}", extra: { index: 0, extra_content: signature } };
  const messages = [{ role: "assistant", content: null, toolCalls: [call] }] as InferenceRequest["messages"] & object;
  const { request, changes } = withoutForeignFields({ ...ASK, messages });
  expect(request.messages?.[0]?.toolCalls?.[0]?.extra).toEqual({ extra_content: signature });
  expect(changes).toEqual([]);
});

test("a turn that was nothing but what a server did is left out, and what else was said in it stays", () => {
  const content = [{ type: "opaque", raw: { type: "web_search_call" } }] as const;
  const messages = [
    ...(ASK.messages ?? []),
    { role: "assistant", content },
    { role: "assistant", content, reasoning: "why" },
    { role: "assistant", content: [...content, { type: "text", text: "so" }] },
  ] as const;
  const { request, changes } = withoutForeignFields({ ...ASK, messages });
  expect(request.messages).toEqual([
    { role: "user", content: "hi" },
    { role: "assistant", content: null, reasoning: "why" },
    { role: "assistant", content: [{ type: "text", text: "so" }] },
  ]);
  expect(changes.map(({ field }) => field)).toEqual([1, 2, 3].map((index) => `messages[${index}].content[0]`));
});

test("a request of known fields is the same", () => {
  const request = { ...ASK, temperature: 0.5, tools: [{ name: "f" }], toolChoice: "auto" } as const;
  expect(withoutForeignFields(request)).toEqual({ request, changes: [] });
});
