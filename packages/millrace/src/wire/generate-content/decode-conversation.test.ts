import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import { asked, read } from "./testing/requests.ts";

const turns = (...contents: JsonValue[]): InferenceRequest["messages"] => read({ contents }).messages;
const model = (...parts: JsonValue[]): JsonObject => ({ role: "model", parts });
const user = (...parts: JsonValue[]): JsonObject => ({ role: "user", parts });

describe("who says what", () => {
  test("a request of the least", () => {
    expect(read({ contents: [{ parts: [{ text: "hi" }] }] })).toEqual({
      model: "",
      messages: [{ role: "user", content: "hi" }],
    });
  });

  test.each([
    ["a text", "Be brief."],
    ["a content", { parts: [{ text: "Be brief." }] }],
    ["one part without a list", { role: "user", parts: { text: "Be brief." } }],
  ])("instructions as %s", (_form, systemInstruction) => {
    expect(read({ systemInstruction, contents: [asked] }).messages?.[0]).toEqual({
      role: "system",
      content: "Be brief.",
    });
  });

  test("names in snake case are the same, but those of arguments and results are left alone", () => {
    const request = read({
      system_instruction: { parts: [{ text: "s" }] },
      contents: [
        user({ inline_data: { mime_type: "image/png", data: "AAAA" } }),
        model({ function_call: { name: "f", args: { some_name: 1 } } }),
        user({ function_response: { name: "f", response: { a_result: 2 } } }),
      ],
      generation_config: { max_output_tokens: 5, thinking_config: { thinking_budget: 7 } },
      safety_settings: [{ category: "C" }],
    });
    expect(request).toMatchObject({
      maxTokens: 5,
      reasoningBudget: 7,
      extra: { safetySettings: [{ category: "C" }] },
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: [{ type: "image", url: "data:image/png;base64,AAAA" }] },
        { role: "assistant", toolCalls: [{ input: { some_name: 1 } }] },
        { role: "tool", content: '{"a_result":2}' },
      ],
    });
  });
});

describe("parts", () => {
  test.each<[string, JsonObject, JsonValue]>([
    [
      "an image",
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
      { type: "image", url: "data:image/png;base64,AAAA" },
    ],
    [
      "a voice",
      { inlineData: { mimeType: "audio/mpeg", data: "AAAA" } },
      { type: "audio", data: "AAAA", format: "mp3" },
    ],
    [
      "a file with a name",
      { inlineData: { mimeType: "application/pdf", data: "AAAA", displayName: "a.pdf" } },
      { type: "file", file: { file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" } },
    ],
    [
      "an image by its address",
      { fileData: { mimeType: "image/png", fileUri: "https://a.example/b.png" } },
      { type: "image", url: "https://a.example/b.png" },
    ],
    [
      "a file whose type its address does not tell",
      { fileData: { mimeType: "video/webm", fileUri: "gs://b/c" } },
      { type: "file", file: { file_url: "gs://b/c" }, extra: { fileData: { mimeType: "video/webm" } } },
    ],
    [
      "what stands beside data",
      { inlineData: { mimeType: "image/png", data: "AAAA" }, mediaResolution: { level: "LOW" } },
      { type: "image", url: "data:image/png;base64,AAAA", extra: { mediaResolution: { level: "LOW" } } },
    ],
    ["a part nobody knows", { toolResponse: { a: 1 } }, { type: "opaque", raw: { toolResponse: { a: 1 } } }],
  ])("%s", (_name, part, wanted) => {
    expect(turns(user(part))).toEqual([{ role: "user", content: [wanted] }]);
  });
});

describe("calls and results", () => {
  test("ids are made of places, and a result belongs to the first call of its name that has none", () => {
    const messages = turns(
      asked,
      model(
        { functionCall: { name: "f", args: { n: 1 } } },
        { functionCall: { name: "g" } },
        { functionCall: { name: "f", args: { n: 2 } } },
      ),
      {
        role: "function",
        parts: [
          { functionResponse: { name: "f", response: { output: "one" } } },
          { functionResponse: { name: "f", response: { output: "two" } } },
          { functionResponse: { name: "g", response: {} } },
        ],
      },
    );
    expect(messages?.[1]?.toolCalls?.map(({ id }) => id)).toEqual(["call_1_0", "call_1_1", "call_1_2"]);
    expect(messages?.slice(2)).toEqual([
      { role: "tool", toolCallId: "call_1_0", content: "one" },
      { role: "tool", toolCallId: "call_1_2", content: "two" },
      { role: "tool", toolCallId: "call_1_1", content: "" },
    ]);
  });

  test("ids that are given stay", () => {
    const messages = turns(
      asked,
      model({ functionCall: { id: "a", name: "f" } }, { functionCall: { id: "b", name: "f" } }),
      user(
        { functionResponse: { id: "b", name: "f", response: { output: "B" } } },
        { functionResponse: { id: "a", name: "f", response: { output: "A" } } },
      ),
    );
    expect(messages?.slice(2).map(({ toolCallId, content }) => [toolCallId, content])).toEqual([
      ["b", "B"],
      ["a", "A"],
    ]);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["a text", { output: "done" }, { content: "done" }],
    ["a value", { output: [1] }, { content: "[1]" }],
    ["an object of the tool's own", { temperature: 3 }, { content: '{"temperature":3}' }],
    ["an error", { error: "no such file" }, { content: "no such file", isError: true }],
    ["an error beside other things", { error: "x", code: 1 }, { content: '{"error":"x","code":1}' }],
  ])("%s as a result", (_name, response, wanted) => {
    const messages = turns(
      asked,
      model({ functionCall: { name: "f" } }),
      user({ functionResponse: { name: "f", response } }),
    );
    expect(messages?.[2]).toEqual({ role: "tool", toolCallId: "call_1_0", ...wanted });
  });

  test("nothing that the user says stands between results", () => {
    const image = { inlineData: { mimeType: "image/png", data: "AAAA" } };
    const messages = turns(
      asked,
      model({ functionCall: { id: "a", name: "f" } }, { functionCall: { id: "b", name: "f" } }),
      user(
        { text: "see" },
        { functionResponse: { id: "a", name: "f", response: { output: "A" } } },
        image,
        { functionResponse: { id: "b", name: "f", response: { output: "B" } } },
        image,
      ),
    );
    const seen = { type: "image", url: "data:image/png;base64,AAAA" };
    expect(messages?.slice(2)).toEqual([
      { role: "tool", toolCallId: "a", content: "A" },
      { role: "tool", toolCallId: "b", content: "B" },
      { role: "user", content: [{ type: "text", text: "see" }, seen, seen] },
    ]);
  });

  test("media in a result, and what the user says behind it", () => {
    const parts = [{ inlineData: { mimeType: "image/png", data: "AAAA" } }];
    const messages = turns(
      asked,
      model({ functionCall: { name: "f" } }),
      user({ functionResponse: { name: "f", response: { output: "see" }, parts } }, { text: "well?" }),
    );
    expect(messages?.slice(2)).toEqual([
      {
        role: "tool",
        toolCallId: "call_1_0",
        content: [
          { type: "text", text: "see" },
          { type: "image", url: "data:image/png;base64,AAAA" },
        ],
      },
      { role: "user", content: "well?" },
    ]);
  });
});

describe("turns of the model", () => {
  test("thoughts, text in pieces and a call are one message", () => {
    const messages = turns(
      asked,
      model(
        { text: "hm", thought: true },
        { text: "Hel" },
        { text: "lo" },
        { text: "", thoughtSignature: "c2ln" },
        { functionCall: { name: "f" }, thoughtSignature: "Y2FsbA==" },
      ),
    );
    expect(messages?.[1]).toEqual({
      role: "assistant",
      reasoning: "hm",
      reasoningDetails: [{ type: "reasoning.encrypted", data: "c2ln", format: "google-gemini-v1" }],
      content: "Hello",
      toolCalls: [
        {
          id: "call_1_0",
          type: "function",
          name: "f",
          arguments: "{}",
          input: {},
          extra: { extra_content: { google: { thought_signature: "Y2FsbA==" } } },
        },
      ],
    });
  });

  test("an answer that a client kept in the pieces it came in is one turn, its text without a break", () => {
    const call = { functionCall: { name: "f", args: {} } };
    expect(
      turns(
        user({ text: "x" }),
        model({ text: "Hel" }),
        model({ text: "lo" }),
        model(call),
        user({ functionResponse: { name: "f", response: {} } }),
        model({ text: "done" }),
      ),
    ).toMatchObject([
      { role: "user" },
      { role: "assistant", content: "Hello", toolCalls: [{ name: "f" }] },
      { role: "tool" },
      { role: "assistant", content: "done" },
    ]);
  });

  test("another order makes several messages", () => {
    const messages = turns(
      asked,
      model({ functionCall: { name: "f" } }, { text: "a" }, { text: "hm", thought: true }, { text: "b" }),
    );
    expect(messages?.slice(1).map(({ content, reasoning }) => [content, reasoning])).toEqual([
      [null, undefined],
      ["a", undefined],
      ["b", "hm"],
    ]);
  });

  test("another model's reasoning comes out of the signature that it was put into", () => {
    const details = [{ type: "reasoning.text", text: "hm", signature: "s", format: "anthropic-claude-v1" }];
    const messages = turns(asked, model({ functionCall: { name: "f" }, thoughtSignature: wrapReasoning(details) }));
    expect(messages?.[1]).toMatchObject({ reasoningDetails: details, toolCalls: [{ name: "f" }] });
    expect(messages?.[1]?.toolCalls?.[0]?.extra).toBeUndefined();
  });

  test.each(["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"])(
    "%s is no signature",
    (thoughtSignature) => {
      const messages = turns(asked, model({ functionCall: { name: "f" }, thoughtSignature }));
      expect(messages?.[1]?.toolCalls?.[0]?.extra).toBeUndefined();
    },
  );

  test("executed code stays as it is", () => {
    const part = { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } };
    expect(turns(asked, model(part))?.[1]?.content).toEqual([{ type: "opaque", raw: part }]);
  });
});
