import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { asEvents, bytesOf, cutEvery, decode, decodePieces, recordedReplies, recordedText } from "./testing/wire.ts";

const RECORDED = [
  "gemini-3-text.jsonl",
  "gemini-3-tool-call.jsonl",
  "gemma-thoughts.jsonl",
  "search-usage.jsonl",
  "vertex-arguments-in-pieces.jsonl",
  "vertex-calls-in-pieces.jsonl",
];

const recorded = (file: string): ReturnType<typeof decode> => decode(asEvents(recordedReplies(file)));

function candidate(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: "model", parts }, index: 0, ...more }] };
}

const stopped = (parts: readonly JsonObject[]): JsonObject => candidate(parts, { finishReason: "STOP" });

describe("recorded streams", () => {
  test.each(RECORDED)("%s: the same in one piece, byte by byte, as one array and as one document of it", (file) => {
    const replies = recordedReplies(file);
    const bytes = bytesOf(asEvents(replies));
    const whole = decodePieces([bytes]);
    expect(whole.at(-1)?.type).toBe("finish");
    expect(decodePieces(cutEvery(bytes, 1))).toEqual(whole);
    expect(decode(`[${replies.map((reply) => JSON.stringify(reply, null, 2)).join("\n,\r\n")}\n]`).response).toEqual(
      whole.flatMap((event) => (event.type === "finish" ? [event.response] : []))[0],
    );
  });

  test("text, with the signature of the whole turn on an empty text behind it", () => {
    const { response } = recorded("gemini-3-text.jsonl");
    expect(response).toMatchObject({
      id: "M3iLaY-AI7zTxN8P3Piw4Qg",
      model: "gemini-3-pro-preview",
      text: 'There are **3** "r"s in strawberry.\n\nSt**r**awbe**rr**y',
      finishReason: "stop",
      warnings: [],
    });
    expect(response?.choices[0]).toMatchObject({
      rawFinishReason: "STOP",
      reasoningDetails: [
        {
          type: "reasoning.encrypted",
          data: "EpAICo0IAb4+9vuku3oDHR5EQSMfPm5IpmH06lgm9aGI",
          format: "google-gemini-v1",
        },
      ],
    });
  });

  test("a call without an id, whose signature is the call's", () => {
    const { response } = recorded("gemini-3-tool-call.jsonl");
    expect(response).toMatchObject({ finishReason: "tool_calls", text: "" });
    expect(response?.toolCalls).toEqual([
      {
        id: "made-1",
        type: "function",
        name: "weather",
        arguments: '{"location":"San Francisco"}',
        input: { location: "San Francisco" },
        extra: {
          extra_content: { google: { thought_signature: "EpEgCo4gAb4+9vvWwdN+NkNiCCwrqvFI8uf9IiD2A47B" } },
        },
      },
    ]);
  });

  test("thoughts are counted apart from candidates, and belong to what was generated", () => {
    const { response } = recorded("gemma-thoughts.jsonl");
    expect(response?.choices[0]?.reasoning).toMatch(/^\*   User input.*"hello"$/su);
    expect(response).toMatchObject({
      text: "hello",
      usage: { promptTokens: 6, completionTokens: 77, reasoningTokens: 76, totalTokens: 83 },
      extra: { service_tier: "default" },
    });
  });

  test("usage is told once, as the last event counted it", () => {
    const { events } = recorded("search-usage.jsonl");
    expect(events.filter(({ type }) => type === "usage")).toMatchObject([
      { usage: { promptTokens: 17 + 308, completionTokens: 37 + 333, totalTokens: 695 } },
    ]);
  });

  test("calls whose arguments come in pieces, one without any and three in a row", () => {
    const { response } = recorded("vertex-calls-in-pieces.jsonl");
    const calls = response?.toolCalls.map(({ name, input }) => [name, input]);
    expect(calls).toEqual([
      ["read_theme", {}],
      ["read_screen", { id: "A" }],
      ["read_screen", { id: "B" }],
      ["read_screen", { id: "C" }],
    ]);
    expect(response?.created).toBe(Date.UTC(2026, 4, 4, 20, 1, 2) / 1000);
  });

  test("arguments in pieces that nothing closes", () => {
    const { response } = recorded("vertex-arguments-in-pieces.jsonl");
    expect(response?.toolCalls[0]?.input).toEqual({
      operations: [
        { action: "add", description: "Fresh red apple", price: 0.5 },
        { action: "add", price: 0.3 },
      ],
    });
  });
});

describe("a stream that breaks off", () => {
  test.each([1, 7, 10_000])("the error behind the events is read, in pieces of %d bytes", (size) => {
    const events = decodePieces(cutEvery(bytesOf(recordedText("overloaded-tail.txt")), size));
    expect(events.at(-1)).toMatchObject({
      type: "failure",
      failure: { kind: "overloaded", status: 503, partial: true, message: expect.stringContaining("high demand") },
      partial: { text: "Once upon" },
    });
  });

  test("an error in an event is read too", () => {
    const error = { error: { code: 429, message: "Slow down", status: "RESOURCE_EXHAUSTED" } };
    const { failure } = decode(asEvents([candidate([{ text: "a" }]), error]));
    expect(failure).toMatchObject({ kind: "rate_limit", partial: true });
  });

  test("an error as the whole reply, with its hint", () => {
    expect(decode(recordedText("rate-limit.json")).failure).toMatchObject({ status: 429, retryAfterMs: 34_400 });
  });

  test("without a finish reason it was cut", () => {
    expect(decode(asEvents([candidate([{ text: "a" }])])).failure?.kind).toBe("truncated");
  });

  test("a JSON object behind a good stream is nothing", () => {
    const good = asEvents([stopped([{ text: "a" }])]);
    expect(decode(`${good}{"ok": true}\n`).response?.text).toBe("a");
  });

  test.each(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"])(
    "%s is a failure, for the answer is not there",
    (finishReason) => {
      const { failure } = decode(asEvents([candidate([], { finishReason, finishMessage: "bad call" })]));
      expect(failure).toMatchObject({ kind: "server", retry: "same", code: finishReason.toLowerCase() });
      expect(failure?.message).toContain("bad call");
    },
  );

  test("a blocked prompt is a failure that no other try helps, with its usage", () => {
    const { failure, response } = recorded("prompt-block.jsonl");
    expect(failure).toMatchObject({ kind: "content_filter", retry: "never" });
    expect(failure?.details).toEqual({ block_reason: "PROHIBITED_CONTENT" });
    expect(response?.usage?.promptTokens).toBe(9);
  });

  test.each([
    [
      "arguments",
      (deep: string) => `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":${deep}}}]}}]}`,
    ],
    ["a field", (deep: string) => `{"candidates":[],"odd":${deep}}`],
  ])("%s that are nested too deeply to be written", (_what, reply) => {
    const deep = `${'{"a":'.repeat(60_000)}1${"}".repeat(60_000)}`;
    const { failure } = decode(`data: ${reply(deep)}\n\n`);
    expect(failure).toMatchObject({ kind: "protocol", message: expect.stringContaining("nested too deeply") });
  });

  test("what is no reply of the dialect says so", () => {
    expect(decode('{"choices": []}').failure).toMatchObject({ kind: "protocol" });
  });
});

describe("finish reasons", () => {
  test.each([
    ["STOP", "stop"],
    ["MAX_TOKENS", "length"],
    ["SAFETY", "content_filter"],
    ["RECITATION", "content_filter"],
    ["PROHIBITED_CONTENT", "content_filter"],
    ["SPII", "content_filter"],
    ["IMAGE_SAFETY", "content_filter"],
    ["CONTINUATION", "length"],
    ["ESCALATION", "content_filter"],
    ["PUP_LIMITED_DISABLED", "content_filter"],
    ["MODEL_ARMOR", "content_filter"],
    ["OTHER", "unknown"],
    ["SOMETHING_NEW", "unknown"],
  ])("%s is %s", (finishReason, reason) => {
    const { response } = decode(asEvents([candidate([{ text: "a" }], { finishReason })]));
    expect(response).toMatchObject({ finishReason: reason, choices: [{ rawFinishReason: finishReason }] });
  });
});

describe("what stands in parts", () => {
  test("an image and a voice", () => {
    const parts = [
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
      { inlineData: { mimeType: "audio/wav", data: "BBBB" } },
    ];
    const choice = decode(asEvents([stopped(parts)])).response?.choices[0];
    expect(choice?.extra?.["images"]).toEqual([
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
    ]);
    expect(choice?.audio).toEqual({ data: "BBBB", format: "wav" });
  });

  test("what is drawn while thinking is no image of the answer, but kept", () => {
    const draft = { inlineData: { mimeType: "image/png", data: "AAAA" }, thought: true };
    const drawn = { inlineData: { mimeType: "image/png", data: "BBBB" } };
    const extra = decode(asEvents([stopped([draft, drawn])])).response?.choices[0]?.extra;
    expect(extra?.["images"]).toEqual([{ type: "image_url", image_url: { url: "data:image/png;base64,BBBB" } }]);
    expect(extra?.["parts"]).toEqual([draft]);
  });

  test("parts nobody knows are kept", () => {
    const part = { executableCode: { language: "PYTHON", code: "1" } };
    expect(decode(asEvents([stopped([part])])).response?.choices[0]?.extra?.["parts"]).toEqual([part]);
  });

  test("two calls of one function are two", () => {
    const call = { functionCall: { name: "f", args: { a: 1 } } };
    const { response } = decode(asEvents([stopped([call, call])]));
    expect(new Set(response?.toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  test("candidates are choices", () => {
    const two = {
      candidates: [0, 1].map((index) => ({ index, content: { parts: [{ text: `${index}` }] }, finishReason: "STOP" })),
    };
    expect(decode(asEvents([two])).response?.choices.map(({ text }) => text)).toEqual(["0", "1"]);
  });

  test("log probabilities in the form of chat completions", () => {
    const logprobsResult = {
      chosenCandidates: [{ token: "a", tokenId: 1, logProbability: -0.1 }],
      topCandidates: [
        {
          candidates: [
            { token: "a", logProbability: -0.1 },
            { token: "b", logProbability: -2 },
          ],
        },
      ],
    };
    const reply = candidate([{ text: "a" }], { finishReason: "STOP", logprobsResult });
    expect(decode(asEvents([reply])).response?.choices[0]?.logprobs).toEqual({
      content: [
        {
          token: "a",
          logprob: -0.1,
          bytes: null,
          top_logprobs: [
            { token: "a", logprob: -0.1, bytes: null },
            { token: "b", logprob: -2, bytes: null },
          ],
        },
      ],
    });
  });

  test("sources are annotations, at the places in the text that their bytes stand for", () => {
    const text = "Grüße 👋 welt";
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: "https://a.example/", title: "A" } }],
      groundingSupports: [{ segment: { startIndex: 8, endIndex: 12 }, groundingChunkIndices: [0] }],
    };
    const reply = candidate([{ text }], { finishReason: "STOP", groundingMetadata });
    const extra = decode(asEvents([reply])).response?.choices[0]?.extra;
    expect(extra?.["annotations"]).toEqual([
      { type: "url_citation", url_citation: { url: "https://a.example/", title: "A", start_index: 6, end_index: 8 } },
    ]);
    expect(extra?.["choice"]).toEqual({ groundingMetadata });
  });
});

test("calls end when they are whole, not with the answer", () => {
  const call = (args: JsonObject): JsonObject => candidate([{ functionCall: { name: "f", args } }]);
  const kinds = decodePieces([bytesOf(asEvents([call({ a: 1 }), call({}), stopped([])]))]).map(({ type }) => type);
  const edges = kinds.filter((type) => /^(?:tool-call-(?:start|end)|choice-finish)$/u.test(type));
  const one = ["tool-call-start", "tool-call-end"];
  expect(edges).toEqual([...one, ...one, "choice-finish"]);
});
