import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import { finishCall } from "../assembly/finish-call.ts";
import { ResponseBuilder } from "../assembly/response-builder.ts";
import { failureOf } from "../failure/kinds.ts";
import { arrayOf, objectOf, stringOf } from "../json/read.ts";
import { normalizeUsage } from "../assembly/usage.ts";
import { unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import { generateContentArrayClient, generateContentClient } from "./codec.ts";
import { createGenerateContentStreamEncoder } from "./encode-stream.ts";
import { encoding, SHOWN } from "./testing/wire.ts";

const start: DecodedEvent = { type: "start", id: "r", model: "m" };
const text = (said: string): DecodedEvent => ({ type: "text-delta", choice: 0, text: said });
const thought = (said: string): DecodedEvent => ({ type: "reasoning-delta", choice: 0, text: said });
const detail = (value: JsonObject): DecodedEvent => ({ type: "reasoning-detail", choice: 0, detail: value });
const end = (call: ToolCall, index = 0): DecodedEvent => ({ type: "tool-call-end", choice: 0, index, call });
const call = (id: string, args = '{"a":1}', extra?: JsonObject): ToolCall =>
  finishCall({ id, type: "function", name: "f", arguments: args, ...(extra && { extra }) }, false).call;
const usage = normalizeUsage({
  prompt_tokens: 10,
  completion_tokens: 7,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 5 },
});

function closing(
  reason: "stop" | "length" | "tool_calls" | "content_filter" = "stop",
  raw: string = reason,
): DecodedEvent[] {
  const response = new ResponseBuilder().build();
  return [
    { type: "usage", usage },
    { type: "choice-finish", choice: 0, reason, rawReason: raw },
    { type: "finish", response },
  ];
}

function written(batches: readonly (readonly DecodedEvent[])[], asked: JsonObject = {}): readonly JsonObject[] {
  const encoder = generateContentClient.createStreamEncoder(encoding(asked));
  const whole = batches.map((batch) => encoder.encode(batch)).join("");
  return whole
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => JSON.parse(event.replace(/^data: /u, "")) as JsonObject);
}

const parts = (reply: JsonObject | undefined): readonly JsonValue[] =>
  arrayOf(objectOf(objectOf(arrayOf(reply?.["candidates"])[0])?.["content"])?.["parts"]);
const allParts = (replies: readonly JsonObject[]): readonly JsonValue[] => replies.flatMap(parts);

describe("a stream for the dialect's clients", () => {
  test("one reply for each batch, the end and the counts in the last", () => {
    expect(written([[start, text("Hel"), text("lo")], [text("!")], closing()])).toEqual([
      {
        candidates: [{ content: { parts: [{ text: "Hello" }], role: "model" }, index: 0 }],
        modelVersion: "m",
        responseId: "r",
      },
      {
        candidates: [{ content: { parts: [{ text: "!" }], role: "model" }, index: 0 }],
        modelVersion: "m",
        responseId: "r",
      },
      {
        candidates: [{ content: { parts: [{ text: "" }], role: "model" }, finishReason: "STOP", index: 0 }],
        usageMetadata: {
          promptTokenCount: 10,
          candidatesTokenCount: 2,
          thoughtsTokenCount: 5,
          cachedContentTokenCount: 4,
          totalTokenCount: 17,
        },
        modelVersion: "m",
        responseId: "r",
      },
    ]);
  });

  test("nothing is written for what no client sees", () => {
    const encoder = generateContentClient.createStreamEncoder(encoding());
    expect(
      encoder.encode([start, { type: "tool-call-start", choice: 0, index: 0, id: "a", name: "f", kind: "function" }]),
    ).toBe("");
  });

  test("calls go out whole, however their pieces came", () => {
    const replies = written([[start], [end(call("a")), end(call("b", "{}"), 1)], closing("tool_calls")]);
    expect(allParts(replies).slice(0, 2)).toEqual([
      { functionCall: { id: "a", name: "f", args: { a: 1 } } },
      { functionCall: { id: "b", name: "f", args: {} } },
    ]);
    expect(JSON.stringify(replies.at(-1))).toContain('"finishReason":"STOP"');
  });

  test("calls stand in the order in which they began, however they ended", () => {
    const begin = (index: number): DecodedEvent => {
      return { type: "tool-call-start", choice: 0, index, id: `${index}`, name: "f", kind: "function" };
    };
    const replies = written([[start, begin(0), begin(1)], [end(call("b"), 1)], [end(call("a"), 0)], closing()]);
    expect(replies.map(parts).slice(0, -1)).toMatchObject([
      [{ functionCall: { id: "a" } }, { functionCall: { id: "b" } }],
    ]);
  });

  test("a call that was cut is none, one that nobody can read is told in the dialect's word", () => {
    const cut: ToolCall = { id: "a", type: "function", name: "f", arguments: '{"a', problem: "incomplete" };
    expect(JSON.stringify(written([[start, end(cut)], closing("length")]))).not.toContain("functionCall");
    const [last] = written([[start, end(call("a", "not json")), ...closing("tool_calls")]]);
    expect(JSON.stringify(last)).toContain('"finishReason":"MALFORMED_FUNCTION_CALL"');
  });

  test.each([
    [{}, [{ text: "a" }]],
    [SHOWN, [{ text: "hm", thought: true }, { text: "a" }]],
    [
      { generation_config: { thinking_config: { include_thoughts: true } } },
      [{ text: "hm", thought: true }, { text: "a" }],
    ],
  ])("thoughts are shown to those who ask: %j", (asked, wanted) => {
    expect(parts(written([[start, thought("hm"), text("a")]], asked)[0])).toEqual(wanted);
  });

  test.each([
    ["length", "length", "MAX_TOKENS"],
    ["content_filter", "refusal", "SAFETY"],
    ["content_filter", "RECITATION", "RECITATION"],
    ["stop", "RECITATION", "STOP"],
  ] as const)("%s (%s) is %s", (reason, raw, word) => {
    expect(JSON.stringify(written([[start, ...closing(reason, raw)]]))).toContain(`"finishReason":"${word}"`);
  });
});

describe("opaque reasoning", () => {
  const own = { type: "reasoning.encrypted", data: "c2ln", format: "google-gemini-v1" };
  const foreign = { type: "reasoning.text", text: "hm", signature: "s", format: "anthropic-claude-v1" };

  test("the dialect's own stands on an empty text, before a call or at the end", () => {
    const signature = { text: "", thoughtSignature: "c2ln" };
    expect(allParts(written([[start, text("a"), detail(own)], closing()]))).toEqual([{ text: "a" }, signature]);
    expect(parts(written([[start, detail(own), end(call("a"))]])[0])[0]).toEqual(signature);
  });

  test("a call's own stands on the call", () => {
    const signed = call("a", "{}", { extra_content: { google: { thought_signature: "Y2FsbA==" } } });
    expect(parts(written([[start, end(signed)]])[0])).toEqual([
      { functionCall: { id: "a", name: "f", args: {} }, thoughtSignature: "Y2FsbA==" },
    ]);
  });

  test("another model's is wrapped, on the first call where there is one", () => {
    const called = parts(written([[start, detail(foreign), end(call("a")), end(call("b"), 1)]])[0]).map(objectOf);
    expect(unwrapReasoning(stringOf(called[0]?.["thoughtSignature"]) ?? "")).toEqual([foreign]);
    expect(called[1]?.["thoughtSignature"]).toBeUndefined();
    const said = allParts(written([[start, detail(foreign), text("a")], closing()])).map(objectOf);
    expect(said[0]).toEqual({ text: "a" });
    expect(unwrapReasoning(stringOf(said[1]?.["thoughtSignature"]) ?? "")).toEqual([foreign]);
  });
});

describe("more of an answer", () => {
  test("images, sources and log probabilities", () => {
    const fields = {
      images: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
      annotations: [
        { type: "url_citation", url_citation: { url: "https://a.example/", title: "A", start_index: 1, end_index: 2 } },
      ],
    };
    const logprobs = { content: [{ token: "é", logprob: -1, bytes: null, top_logprobs: [] }] };
    const [reply] = written([
      [
        start,
        text("éx"),
        { type: "logprobs", choice: 0, logprobs },
        { type: "metadata", choice: 0, fields },
        ...closing(),
      ],
    ]);
    expect(parts(reply)).toEqual([{ text: "éx" }, { inlineData: { mimeType: "image/png", data: "AAAA" } }]);
    expect(arrayOf(reply?.["candidates"])[0]).toMatchObject({
      groundingMetadata: {
        groundingChunks: [{ web: { uri: "https://a.example/", title: "A" } }],
        groundingSupports: [{ segment: { startIndex: 2, endIndex: 3, text: "x" }, groundingChunkIndices: [0] }],
      },
      logprobsResult: { chosenCandidates: [{ token: "é", logProbability: -1 }], topCandidates: [{ candidates: [] }] },
    });
  });
});

describe("a stream that fails", () => {
  const failure = failureOf("overloaded", "Try later", { retryAfterMs: 1500 });

  test("the error stands behind what had arrived, outside of any event, where Google's SDKs look for it", () => {
    const encoder = generateContentClient.createStreamEncoder(encoding());
    encoder.encode([start, text("a")]);
    const last = encoder.encode([text("b"), { type: "failure", failure }]);
    const [before = "", error = ""] = last.split(/(?<=\n\n)/u);
    expect(before).toContain('"text":"b"');
    expect(JSON.parse(error)).toMatchObject({ error: { code: 503, message: "Try later", status: "UNAVAILABLE" } });
    expect(error).toBe(generateContentClient.encodeErrorEvent(failure));
  });

  test.each(["sse", "json-array"] as const)("nothing follows the end (%s)", (framing) => {
    for (const over of [closing(), [{ type: "failure", failure } as const]]) {
      const encoder = createGenerateContentStreamEncoder(encoding(), framing);
      const whole = encoder.encode([start, text("a"), ...over]);
      expect(encoder.encode([text("b"), ...closing()])).toBe("");
      const again = createGenerateContentStreamEncoder(encoding(), framing);
      expect(again.encode([start, text("a"), ...over, text("b"), ...closing()])).toBe(whole);
    }
  });

  test("an array ends with the error as its last member, however far it came", () => {
    const encoder = createGenerateContentStreamEncoder(encoding(), "json-array");
    const text1 = encoder.encode([start, text("a")]);
    const members = JSON.parse(text1 + encoder.encode([text("b"), { type: "failure", failure }])) as JsonValue[];
    expect(members).toMatchObject([{ candidates: [{}] }, { candidates: [{}] }, { error: { code: 503 } }]);
    const alone = createGenerateContentStreamEncoder(encoding(), "json-array").encode([{ type: "failure", failure }]);
    expect(JSON.parse(alone)).toMatchObject([{ error: { code: 503 } }]);
    expect(JSON.parse(generateContentArrayClient.encodeErrorEvent(failure))).toMatchObject([{ error: { code: 503 } }]);
  });
});

test("without events a stream is one array", () => {
  const encoder = generateContentArrayClient.createStreamEncoder(encoding());
  const whole = [[start], [text("a")], [], [text("b")], closing()].map((batch) => encoder.encode(batch)).join("");
  expect((JSON.parse(whole) as JsonObject[]).map((reply) => parts(reply))).toEqual([
    [{ text: "a" }],
    [{ text: "b" }],
    [{ text: "" }],
  ]);
});
