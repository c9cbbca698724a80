import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import type { DecodedRequest } from "../translation/codec.ts";
import { decodeResponsesRequest } from "./request.ts";

function decode(body: JsonObject): DecodedRequest {
  const decoded = decodeResponsesRequest({ model: "m", ...body });
  if ("kind" in decoded) throw new Error(decoded.message);
  return decoded;
}

const messages = (...input: readonly JsonObject[]): unknown => decode({ input }).request.messages;
const user = (content: unknown): JsonObject => ({ type: "message", role: "user", content: content as string });

describe("turns", () => {
  test("a text is one turn of the user, and instructions come before it", () => {
    expect(decode({ input: "hi", instructions: "Be brief." }).request.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "hi" },
    ]);
  });

  test("messages with and without a type, instructions of both kinds anywhere", () => {
    expect(
      messages({ role: "developer", content: "Be kind." }, user([{ type: "input_text", text: "hi" }]), {
        role: "system",
        content: "Be brief.",
      }),
    ).toEqual([
      { role: "developer", content: "Be kind." },
      { role: "user", content: "hi" },
      { role: "system", content: "Be brief." },
    ]);
  });

  test.each([
    [
      { type: "input_image", image_url: "https://a.example/b.png", detail: "low" },
      { type: "image", url: "https://a.example/b.png", detail: "low" },
    ],
    [
      { type: "input_image", file_id: "file_1", detail: "auto" },
      { type: "file", file: { file_id: "file_1" }, isImage: true, extra: { detail: "auto" } },
    ],
    [
      { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
    ],
    [
      { type: "input_file", file_url: "https://a.example/a.pdf" },
      { type: "file", file: { file_url: "https://a.example/a.pdf" } },
    ],
    [
      { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
      { type: "audio", data: "AAAA", format: "mp3" },
    ],
    [
      { type: "input_video", video_url: "x" },
      { type: "opaque", raw: { type: "input_video", video_url: "x" } },
    ],
    [
      { type: "input_text", text: "a", x_new: 1 },
      { type: "text", text: "a", extra: { x_new: 1 } },
    ],
  ])("the part %j", (part, expected) => {
    expect(messages(user([part]))).toEqual([{ role: "user", content: [expected] }]);
  });

  test("one turn of the assistant is one message: its reasoning, its text, its calls", () => {
    expect(
      messages(
        {
          type: "reasoning",
          id: "rs_1",
          summary: [{ type: "summary_text", text: "why" }],
          encrypted_content: "secret",
        },
        {
          type: "message",
          id: "msg_1",
          role: "assistant",
          status: "completed",
          phase: "commentary",
          content: [{ type: "output_text", text: "So.", annotations: [] }],
        },
        { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: '{"a":1}' },
        { type: "custom_tool_call", call_id: "call_2", name: "sql", input: "SELECT" },
        { type: "function_call_output", call_id: "call_1", output: "1" },
        {
          type: "custom_tool_call_output",
          call_id: "call_2",
          output: [{ type: "input_image", image_url: "data:image/png;base64,AAAA" }],
        },
      ),
    ).toEqual([
      {
        role: "assistant",
        content: "So.",
        reasoning: "why",
        reasoningDetails: [
          {
            type: "reasoning.encrypted",
            data: "secret",
            id: "rs_1",
            summary: [{ type: "summary_text", text: "why" }],
            format: "openai-responses-v1",
          },
        ],
        toolCalls: [
          { id: "call_1", type: "function", name: "f", arguments: '{"a":1}', input: { a: 1 }, extra: { id: "fc_1" } },
          { id: "call_2", type: "custom", name: "sql", arguments: "SELECT" },
        ],
        extra: { phase: "commentary" },
      },
      { role: "tool", toolCallId: "call_1", content: "1" },
      { role: "tool", toolCallId: "call_2", content: [{ type: "image", url: "data:image/png;base64,AAAA" }] },
    ]);
  });

  test("in another order it is several messages, each in the usual order", () => {
    const text = (value: string): JsonObject => ({ role: "assistant", content: value });
    const call = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
    const roles = messages(text("a"), text("b"), call, text("c"), {
      type: "reasoning",
      summary: [],
    }) as readonly JsonObject[];
    expect(roles.map(({ content, toolCalls }) => [content, toolCalls !== undefined])).toEqual([
      ["a", false],
      ["b", true],
      ["c", false],
      [null, false],
    ]);
  });

  test("a refusal of an earlier turn", () => {
    expect(messages({ role: "assistant", content: [{ type: "refusal", refusal: "No." }] })).toEqual([
      { role: "assistant", content: null, refusal: "No." },
    ]);
  });

  test("what was wrapped into encrypted content comes out as it was", () => {
    const details = [{ type: "reasoning.text", text: "why", signature: "s", format: "anthropic-claude-v1" }];
    const item = { type: "reasoning", summary: [{ type: "summary_text", text: "why" }] };
    expect(messages({ ...item, encrypted_content: wrapReasoning(details) })).toEqual([
      { role: "assistant", content: null, reasoning: "why", reasoningDetails: details },
    ]);
    expect(messages({ ...item, encrypted_content: wrapReasoning([]) })).toEqual([
      { role: "assistant", content: null, reasoning: "why" },
    ]);
  });

  test("items of other kinds stay whole, where they stood in the turn", () => {
    const search = { type: "web_search_call", id: "ws_1", status: "completed", action: { type: "search", query: "q" } };
    const why = { type: "reasoning", summary: [{ type: "summary_text", text: "why" }] };
    expect(messages(user("q"), why, search, { role: "assistant", content: "a" }, search, user("so?"))).toEqual([
      { role: "user", content: "q" },
      {
        role: "assistant",
        content: [
          { type: "opaque", raw: search },
          { type: "text", text: "a" },
          { type: "opaque", raw: search },
        ],
        reasoning: "why",
      },
      { role: "user", content: "so?" },
    ]);
  });
});

describe("what only its own server has", () => {
  test.each([
    [{ previous_response_id: "resp_1" }, "previous_response_id"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ prompt: { id: "pmpt_1" } }, "prompt"],
    [{ background: true }, "background"],
    [{ input: [{ type: "item_reference", id: "msg_1" }] }, "input[0]"],
    [{ input: [{ id: "msg_1" }] }, "input[0]"],
    [{ input: [{ type: "compaction", encrypted_content: "x" }] }, "input[0]"],
  ])("%j is refused, so that another target may be asked", (body, param) => {
    const failure = decodeResponsesRequest({ model: "m", input: "hi", ...body });
    expect(failure).toMatchObject({ kind: "unsupported", param, retry: "elsewhere" });
  });

  test("saying that nothing is kept is fine", () => {
    const body = { previous_response_id: null, conversation: null, background: false, truncation: "disabled" };
    expect(decode({ input: "hi", ...body }).request.extra).toBeUndefined();
  });
});

describe("parameters", () => {
  test("each under its name in the model, the others where they stood", () => {
    const { request } = decode({
      input: "hi",
      max_output_tokens: 50,
      temperature: 0.5,
      top_p: 0.9,
      text: { format: { type: "json_schema", name: "s", schema: { type: "object" }, strict: true }, verbosity: "low" },
      reasoning: { effort: "high", summary: "auto", context: "all" },
      include: ["reasoning.encrypted_content", "message.output_text.logprobs", "web_search_call.action.sources"],
      top_logprobs: 2,
      parallel_tool_calls: false,
      prompt_cache_key: "k",
      prompt_cache_retention: "24h",
      safety_identifier: "s",
      user: "u",
      metadata: { a: "b" },
      service_tier: "flex",
      store: false,
      truncation: "auto",
      max_tool_calls: 3,
      client_metadata: { c: 1 },
      stream: true,
      x_new: null,
    });
    expect(request).toMatchObject({
      maxTokens: 50,
      temperature: 0.5,
      topP: 0.9,
      responseFormat: { type: "json_schema", name: "s", schema: { type: "object" }, strict: true },
      verbosity: "low",
      reasoningEffort: "high",
      reasoningSummary: "auto",
      logprobs: true,
      topLogprobs: 2,
      parallelToolCalls: false,
      promptCacheKey: "k",
      promptCacheRetention: "24h",
      safetyIdentifier: "s",
      user: "u",
      metadata: { a: "b" },
      serviceTier: "flex",
      store: false,
    });
    expect(request.extra).toEqual({
      truncation: "auto",
      max_tool_calls: 3,
      client_metadata: { c: 1 },
      reasoning: { context: "all" },
      include: ["web_search_call.action.sources"],
    });
  });

  test.each([
    [{ format: { type: "text" } }, { type: "text" }],
    [{ format: { type: "json_object" } }, { type: "json_object" }],
    [{ format: null }, undefined],
  ])("text %j", (text, expected) => {
    expect(decode({ input: "hi", text }).request.responseFormat).toEqual(expected);
  });

  test.each<[JsonObject, JsonObject]>([
    [{ effort: "low" }, { reasoningEffort: "low", reasoningSummary: "none" }],
    [
      { effort: "low", summary: "auto" },
      { reasoningEffort: "low", reasoningSummary: "auto" },
    ],
    [{}, {}],
  ])("reasoning is readable where a summary is asked for: %j", (reasoning, expected) => {
    const { reasoningEffort, reasoningSummary } = decode({ input: "hi", reasoning }).request;
    expect({ ...(reasoningEffort && { reasoningEffort }), ...(reasoningSummary && { reasoningSummary }) }).toEqual(
      expected,
    );
  });

  test("what Codex always sends leaves nothing over", () => {
    const body = {
      include: ["reasoning.encrypted_content"],
      store: false,
      stream: true,
      tool_choice: "auto",
      parallel_tool_calls: false,
    };
    expect(decode({ input: "hi", tools: [], ...body })).toEqual({
      request: { model: "m", messages: [{ role: "user", content: "hi" }], store: false, parallelToolCalls: false },
      changes: [],
    });
  });

  test.each<[JsonObject, JsonObject | undefined]>([
    [{ include_obfuscation: false }, undefined],
    [{ include_obfuscation: true, other: 1 }, { stream_options: { other: 1 } }],
  ])("whether a stream is padded says nothing of the answer: %j", (stream_options, extra) => {
    expect(decode({ input: "hi", stream_options }).request.extra).toEqual(extra);
  });
});
