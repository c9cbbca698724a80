import { describe, expect, test } from "vitest";
import type { Message } from "../model/message.ts";
import type { InferenceRequest } from "../model/request.ts";
import type { InferenceResponse } from "../model/response.ts";
import { ReasoningMemory } from "./reasoning-memory.ts";

const DETAIL = { type: "reasoning.text", text: "hm", signature: "s", format: "anthropic-claude-v1" };
const SIGNATURE = { extra_content: { google: { thought_signature: "t" } } };

function answer(
  id: string,
  more: { readonly details?: boolean; readonly extra?: typeof SIGNATURE },
): InferenceResponse {
  const call = { id, type: "function", name: "f", arguments: "{}", ...(more.extra && { extra: more.extra }) } as const;
  const choice = {
    index: 0,
    text: "",
    toolCalls: [call],
    finishReason: "tool_calls",
    rawFinishReason: "tool_use",
    ...(more.details === true && { reasoningDetails: [DETAIL] }),
  } as const;
  return {
    id: "a",
    model: "m",
    text: "",
    toolCalls: [call],
    finishReason: "tool_calls",
    choices: [choice],
    warnings: [],
  };
}

function sentBack(id: string): InferenceRequest {
  const turn: Message = {
    role: "assistant",
    content: null,
    toolCalls: [{ id, type: "function", name: "f", arguments: "{}" }],
  };
  return { model: "m", messages: [turn, { role: "tool", toolCallId: id, content: "4" }] };
}

describe("what a model wants back and its client's dialect has no place for", () => {
  test("is put back by the id of the tool call", () => {
    const memory = new ReasoningMemory();
    memory.remember("me", answer("1", { details: true, extra: SIGNATURE }));
    const [turn] = memory.restored("me", sentBack("1")).messages ?? [];
    expect(turn?.reasoningDetails).toEqual([DETAIL]);
    expect(turn?.toolCalls?.[0]?.extra).toEqual(SIGNATURE);
  });

  test("is no other conversation's, where a server begins each with the same ids", () => {
    const memory = new ReasoningMemory();
    memory.remember("me", answer("f:0", { details: true }));
    memory.remember("me", answer("f:0", { details: true }));
    expect(memory.restored("me", sentBack("f:0")).messages?.[0]?.reasoningDetails).toEqual([DETAIL]);
    memory.remember("me", answer("f:0", { extra: SIGNATURE }));
    expect(memory.restored("me", sentBack("f:0"))).toEqual(sentBack("f:0"));
    memory.remember("me", answer("f:0", { details: true }));
    expect(memory.restored("me", sentBack("f:0"))).toEqual(sentBack("f:0"));
  });

  test("is nobody else's", () => {
    const memory = new ReasoningMemory();
    memory.remember("me", answer("1", { details: true }));
    expect(memory.restored("other", sentBack("1"))).toEqual(sentBack("1"));
  });

  test("does not replace what the client sent back itself", () => {
    const memory = new ReasoningMemory();
    memory.remember("me", answer("1", { details: true }));
    const request = sentBack("1");
    const own = { ...request, messages: request.messages?.map((turn) => ({ ...turn, reasoningDetails: [] })) ?? [] };
    expect(memory.restored("me", own).messages?.[0]?.reasoningDetails).toEqual([]);
  });

  test("goes when there is no room, the oldest first", () => {
    const memory = new ReasoningMemory(1100);
    for (const id of ["1", "2", "3"]) memory.remember("me", answer(id, { details: true }));
    const kept = ["1", "2", "3"].filter((id) => memory.restored("me", sentBack(id)).messages?.[0]?.reasoningDetails);
    expect(kept).toEqual(["2", "3"]);
  });
});
