import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import { decodeMessagesRequest } from "./request.ts";

const ASKED = { model: "m", messages: [{ role: "user", content: "Hi" }] };

function decoded(more: JsonObject): InferenceRequest {
  return decodeMessagesRequest({ ...ASKED, ...more }).request;
}

const turns = (...messages: readonly JsonObject[]): InferenceRequest["messages"] => decoded({ messages }).messages;

describe("instructions", () => {
  test.each<[string, JsonObject[string], unknown]>([
    ["a text", "Be brief.", "Be brief."],
    ["one plain block", [{ type: "text", text: "Be brief." }], "Be brief."],
    [
      "blocks with marks",
      [
        { type: "text", text: "Be brief." },
        { type: "text", text: "And kind.", cache_control: { type: "ephemeral" } },
      ],
      [
        { type: "text", text: "Be brief." },
        { type: "text", text: "And kind.", cacheControl: { type: "ephemeral" } },
      ],
    ],
  ])("that are %s come first", (_, system, content) => {
    expect(decoded({ system }).messages?.[0]).toEqual({ role: "system", content });
  });

  test("may come later too", () => {
    const later = { role: "system", content: "Now in German." };
    expect(turns({ role: "user", content: "Hi" }, later)?.[1]).toEqual(later);
  });

  test("are read without the line that differs for each conversation, and that is told", () => {
    const line = { type: "text", text: "x-anthropic-billing-header: cc_version=2.1; cch=00000;" };
    const read = decodeMessagesRequest({ ...ASKED, system: [line, { type: "text", text: "Be brief." }] });
    expect(read).toMatchObject({
      request: { messages: [{ role: "system", content: "Be brief." }, { role: "user" }] },
      changes: [{ field: "system[0]", action: "dropped" }],
    });
    expect(decodeMessagesRequest({ ...ASKED, system: [{ type: "text", text: "Be brief." }] })).toMatchObject({
      changes: [],
    });
  });
});

describe("a turn of the assistant", () => {
  const use = { type: "tool_use", id: "c1", name: "f", input: { a: 1 } };
  const call = { id: "c1", type: "function", name: "f", arguments: '{"a":1}', input: { a: 1 } };

  test("is one message where its order is the usual one", () => {
    const thinking = { type: "thinking", thinking: "Hm", signature: "c2ln" };
    const redacted = { type: "redacted_thinking", data: "c2Vj" };
    const content = [thinking, redacted, { type: "text", text: "So" }, use];
    expect(turns({ role: "assistant", content })).toEqual([
      {
        role: "assistant",
        content: "So",
        reasoning: "Hm",
        reasoningDetails: [
          { type: "reasoning.text", text: "Hm", signature: "c2ln", format: "anthropic-claude-v1" },
          { type: "reasoning.encrypted", data: "c2Vj", format: "anthropic-claude-v1" },
        ],
        toolCalls: [call],
      },
    ]);
  });

  test("is several messages where it is not", () => {
    const content = [
      use,
      { type: "text", text: "So" },
      { type: "thinking", thinking: "Hm" },
      { type: "text", text: "b" },
    ];
    expect(turns({ role: "assistant", content })).toEqual([
      { role: "assistant", content: null, toolCalls: [call] },
      { role: "assistant", content: "So" },
      { role: "assistant", content: "b", reasoning: "Hm" },
    ]);
  });

  test("ends at a mark for the cache on a call", () => {
    const content = [
      { ...use, cache_control: { type: "ephemeral" } },
      { ...use, id: "c2" },
    ];
    expect(turns({ role: "assistant", content })).toEqual([
      { role: "assistant", content: null, toolCalls: [call], cacheControl: { type: "ephemeral" } },
      { role: "assistant", content: null, toolCalls: [{ ...call, id: "c2" }] },
    ]);
  });

  test("gives back what we wrapped into its reasoning", () => {
    const foreign = { type: "reasoning.encrypted", data: "b3A=", format: "openai-responses-v1" };
    const other = { type: "reasoning.encrypted", data: "cXE=", format: "google-gemini-v1" };
    const content = [
      { type: "thinking", thinking: "Hm", signature: wrapReasoning([foreign]) },
      { type: "redacted_thinking", data: wrapReasoning([other]) },
    ];
    expect(turns({ role: "assistant", content })).toEqual([
      { role: "assistant", content: null, reasoning: "Hm", reasoningDetails: [foreign, other] },
    ]);
  });
});

test("results of calls are messages, with what the user says around them", () => {
  const content = [
    { type: "text", text: "First" },
    { type: "tool_result", tool_use_id: "c1", content: "4", cache_control: { type: "ephemeral" } },
    { type: "tool_result", tool_use_id: "c2", is_error: true, content: [{ type: "text", text: "no" }] },
    { type: "tool_result", tool_use_id: "c3" },
    { type: "text", text: "Well?" },
  ];
  expect(turns({ role: "user", content })).toEqual([
    { role: "user", content: "First" },
    { role: "tool", content: "4", toolCallId: "c1", cacheControl: { type: "ephemeral" } },
    { role: "tool", content: "no", toolCallId: "c2", isError: true },
    { role: "tool", content: "", toolCallId: "c3" },
    { role: "user", content: "Well?" },
  ]);
});

describe("a block", () => {
  const base64 = { type: "base64", media_type: "image/png", data: "AAAA" };
  const pdf = { type: "base64", media_type: "application/pdf", data: "AAAA" };

  test.each<[string, JsonObject, unknown]>([
    ["a picture", { type: "image", source: base64 }, { type: "image", url: "data:image/png;base64,AAAA" }],
    [
      "a picture elsewhere",
      { type: "image", source: { type: "url", url: "https://a.example/b.png" }, cache_control: { type: "ephemeral" } },
      { type: "image", url: "https://a.example/b.png", cacheControl: { type: "ephemeral" } },
    ],
    [
      "a document",
      { type: "document", source: pdf, title: "a.pdf", citations: { enabled: true } },
      {
        type: "file",
        file: { file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" },
        extra: { citations: { enabled: true } },
      },
    ],
    [
      "a text document",
      { type: "document", source: { type: "text", media_type: "text/plain", data: "Grüße" } },
      { type: "file", file: { file_data: "data:text/plain;base64,R3LDvMOfZQ==" } },
    ],
    [
      "a document elsewhere",
      { type: "document", source: { type: "url", url: "https://a.example/b.pdf" } },
      { type: "file", file: { file_url: "https://a.example/b.pdf" } },
    ],
    [
      "a kept document",
      { type: "document", source: { type: "file", file_id: "file_1" } },
      { type: "file", file: { file_id: "file_1" } },
    ],
    ...[
      { type: "image", source: { type: "file", file_id: "file_1" } },
      { type: "document", source: { type: "content", content: [{ type: "image" }] } },
      { type: "server_tool_use", id: "s1", name: "web_search", input: {} },
    ].map((raw): [string, JsonObject, unknown] => [`a ${raw.type} kept whole`, raw, { type: "opaque", raw }]),
  ])("that is %s", (_, block, part) => {
    expect(turns({ role: "user", content: [block] })?.[0]?.content).toEqual([part]);
  });
});

describe("a block of text that only this dialect has is kept whole, with what it says", () => {
  const content = [
    { type: "text", text: "Rain" },
    { type: "text", text: "Wind" },
  ];
  test.each<[JsonObject, string]>([
    [{ type: "search_result", source: "https://a.example", title: "A", content }, "A\nhttps://a.example\nRain\nWind"],
    [{ type: "document", title: "A", source: { type: "content", content } }, "A\nRain\nWind"],
    [{ type: "document", context: "Today", source: { type: "content", content: "Rain" } }, "Today\nRain"],
    [{ type: "tool_reference", tool_name: "f" }, "f"],
  ])("%j", (raw, text) => {
    const result = { type: "tool_result", tool_use_id: "a", content: [raw] };
    expect(turns({ role: "user", content: [raw, result] })?.map((turn) => turn.content)).toEqual([
      [{ type: "opaque", raw, text }],
      [{ type: "opaque", raw, text }],
    ]);
  });
});

describe("tools", () => {
  test("of the caller's are functions", () => {
    const tool = {
      name: "f",
      description: "Does",
      input_schema: { type: "object" },
      strict: true,
      cache_control: { type: "ephemeral" },
      eager_input_streaming: true,
    };
    expect(decoded({ tools: [tool, { ...tool, type: "custom" }] }).tools).toEqual(
      Array.from({ length: 2 }, () => ({
        name: "f",
        description: "Does",
        parameters: { type: "object" },
        strict: true,
        cacheControl: { type: "ephemeral" },
        extra: { eager_input_streaming: true },
      })),
    );
  });

  test.each(["web_search_20250305", "bash_20250124", "computer_20250124"])(
    "of the server's are kept whole: %s",
    (type) => {
      const raw = { type, name: "x", max_uses: 2 };
      expect(decoded({ tools: [raw] }).tools).toEqual([{ raw }]);
    },
  );

  test.each<[JsonObject, Partial<InferenceRequest>]>([
    [{ type: "auto" }, { toolChoice: "auto" }],
    [{ type: "any" }, { toolChoice: "required" }],
    [{ type: "none" }, { toolChoice: "none" }],
    [{ type: "tool", name: "f" }, { toolChoice: { name: "f" } }],
    [
      { type: "auto", disable_parallel_tool_use: true },
      { toolChoice: "auto", parallelToolCalls: false },
    ],
    [
      { type: "any", disable_parallel_tool_use: false },
      { toolChoice: "required", parallelToolCalls: true },
    ],
    [{ type: "new" }, { toolChoice: { raw: { type: "new" } } }],
  ])("are chosen by %j", (choice, expected) => {
    const { toolChoice, parallelToolCalls } = decoded({ tool_choice: choice });
    expect({ toolChoice, ...(parallelToolCalls !== undefined && { parallelToolCalls }) }).toEqual(expected);
  });
});

describe("a parameter", () => {
  const { messages: _same, ...PLAIN } = decoded({});

  test.each<[JsonObject, JsonObject]>([
    [
      { max_tokens: 5, temperature: 0.5, top_p: 0.9, top_k: 3, stop_sequences: ["#"] },
      { maxTokens: 5, temperature: 0.5, topP: 0.9, topK: 3, stop: ["#"] },
    ],
    [{ thinking: { type: "disabled" } }, { reasoningEffort: "none" }],
    [{ thinking: { type: "between_tools" } }, { reasoningEffort: "none" }],
    [{ thinking: { type: "enabled", budget_tokens: 2000 } }, { reasoningBudget: 2000 }],
    [{ thinking: { type: "adaptive" } }, { reasoningEffort: "high" }],
    [
      { thinking: { type: "adaptive", display: "omitted" }, output_config: { effort: "low" } },
      { reasoningEffort: "low", reasoningSummary: "none" },
    ],
    [{ output_config: { effort: "max" } }, { reasoningEffort: "max" }],
    [
      { thinking: { type: "disabled" }, output_config: { effort: "low" } },
      { reasoningEffort: "none", extra: { output_config: { effort: "low" } } },
    ],
    [
      { output_config: { format: { type: "json_schema", schema: { type: "object" } }, task_budget: 1 } },
      {
        responseFormat: { type: "json_schema", name: "answer", schema: { type: "object" } },
        extra: { output_config: { task_budget: 1 } },
      },
    ],
    [
      { output_format: { type: "json_schema", schema: {} } },
      { responseFormat: { type: "json_schema", name: "answer", schema: {} } },
    ],
    [
      { metadata: { user_id: "u", other: 1 }, service_tier: "standard_only" },
      { user: "u", serviceTier: "default", extra: { metadata: { other: 1 } } },
    ],
    [
      { container: "c", context_management: { edits: [] }, betas: ["b"], temperature: null },
      { extra: { container: "c", context_management: { edits: [] }, betas: ["b"], temperature: null } },
    ],
    [{ thinking: { type: "new" }, service_tier: 1 }, { extra: { thinking: { type: "new" }, service_tier: 1 } }],
    [{ stream: true }, {}],
  ])("of %j", (body, expected) => {
    const { messages: _messages, ...read } = decoded(body);
    expect(read).toEqual({ ...PLAIN, ...expected });
  });
});

test("fields of a turn that nobody knows stay with it", () => {
  expect(turns({ role: "user", content: "Hi", x_turn: 1 })).toEqual([
    { role: "user", content: "Hi", extra: { x_turn: 1 } },
  ]);
});
