import type { FinishReason } from "../../packages/millrace/src/model/finish-reason.ts";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { InferenceRequest, ResponseFormat } from "../../packages/millrace/src/model/request.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import { joined } from "../../packages/millrace/src/wire/bytes/joined.ts";
import { decodeConverseRequest } from "../../packages/millrace/src/wire/converse/testing/decode-request.ts";
import { eventFrame, exceptionFrame } from "../../packages/millrace/src/wire/converse/testing/streams.ts";
import { present } from "../../packages/millrace/src/wire/failure/present.ts";
import { parseJson } from "../../packages/millrace/src/wire/json/parse.ts";
import { isObject, numberOf, objectOf, stringOf } from "../../packages/millrace/src/wire/json/read.ts";
import { responseOf } from "./translate.ts";

/** A stream of Bedrock's from lines of JSON: an event by its name, or an exception with its payload. */
export function converseBytes(text: string): Uint8Array {
  return joined(text.trim().split("\n").map(parsed).map(frameOf));
}

function frameOf(event: JsonObject): Uint8Array {
  const { exception, payload } = event;
  if (typeof exception !== "string") return eventFrame(event);
  return exceptionFrame(exception, JSON.stringify(payload));
}

/** Reads a request to a Claude model as Bedrock would. */
export function readConverse(body: JsonObject): InferenceRequest {
  const more = objectOf(body["additionalModelRequestFields"]);
  return {
    ...decodeConverseRequest(body, "claude"),
    ...present({
      reasoningBudget: numberOf(objectOf(more?.["thinking"])?.["budget_tokens"]),
      topK: numberOf(more?.["top_k"]),
      responseFormat: formatOf(objectOf(objectOf(body["outputConfig"])?.["textFormat"])),
    }),
  };
}

function formatOf(format: JsonObject | undefined): ResponseFormat | undefined {
  const { name, schema } = objectOf(objectOf(format?.["structure"])?.["jsonSchema"]) ?? {};
  if (typeof schema !== "string") return undefined;
  return { type: "json_schema", name: stringOf(name) ?? "", schema: parsed(schema) };
}

function parsed(text: string): JsonObject {
  const value = parseJson(text);
  if (!value.ok || !isObject(value.value)) throw new RangeError(`This is no object: ${text}`);
  return value.value;
}

const HELLO = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hello." } } };
const REASONING = { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: "Easy." } } } };
const SIGNATURE = {
  contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { signature: "U2lnbmF0dXJl" } } },
};
const AFTER = { contentBlockDelta: { contentBlockIndex: 1, delta: { text: "Hello." } } };
const CITATION = {
  contentBlockDelta: {
    contentBlockIndex: 0,
    delta: { citation: { title: "Mills", location: { web: { url: "https://example.com" } } } },
  },
};
const CALLS = ["Oslo", "Rome"].flatMap((city, contentBlockIndex) => [
  {
    contentBlockStart: {
      contentBlockIndex,
      start: { toolUse: { toolUseId: `call_${contentBlockIndex}`, name: "get_weather" } },
    },
  },
  { contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input: JSON.stringify({ city }) } } } },
  { contentBlockStop: { contentBlockIndex } },
]);

/** What a Claude model on Bedrock says where another server says the feature of this name. */
const REPLIES: Readonly<Record<string, readonly JsonObject[]>> = {
  text: answer([HELLO]),
  "readable reasoning": answer([REASONING, AFTER]),
  "opaque reasoning, when it is sent back": answer([REASONING, SIGNATURE, AFTER]),
  "parallel tool calls": answer(CALLS, { stopReason: "tool_use" }),
  "ids of tool calls": answer(CALLS, { stopReason: "tool_use" }),
  citations: answer([HELLO, CITATION]),
  "token counts": answer([HELLO]),
  "tokens read from the cache": answer([HELLO], {}, { cacheReadInputTokens: 16 }),
  "finish: stop": answer([HELLO]),
  "finish: length": answer([HELLO], { stopReason: "max_tokens" }),
  "finish: content_filter": answer([HELLO], { stopReason: "guardrail_intervened" }),
  "finish: tool_calls": answer(CALLS, { stopReason: "tool_use" }),
  "finish: which stop sequence": answer([HELLO], {
    stopReason: "stop_sequence",
    additionalModelResponseFields: { delta: { stop_sequence: "END" } },
  }),
  "failure after content": [
    { messageStart: { role: "assistant" } },
    HELLO,
    { exception: "serviceUnavailableException", payload: { message: "The model is overloaded" } },
  ],
};

/** A stream that says a feature; nothing where Bedrock has no word for it. */
export function converseReply({ name }: { readonly name: string }): Uint8Array | undefined {
  const events = REPLIES[name];
  return events && joined(events.map(frameOf));
}

/** A stream of an answer. Its blocks follow one another, as Claude's do. */
export function converseStream(events: readonly DecodedEvent[]): Uint8Array {
  const { reasoning, text = "", toolCalls = [], finishReason = "stop" } = responseOf(events)?.choices[0] ?? {};
  const thought = { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: reasoning } } } };
  const calls = toolCalls.flatMap(({ id, name, arguments: input }, index) => [
    { contentBlockStart: { contentBlockIndex: 2 + index, start: { toolUse: { toolUseId: id, name } } } },
    { contentBlockDelta: { contentBlockIndex: 2 + index, delta: { toolUse: { input } } } },
  ]);
  const content = [
    ...(reasoning === undefined ? [] : [thought]),
    { contentBlockDelta: { contentBlockIndex: 1, delta: { text } } },
    ...calls,
  ];
  return joined(answer(content, { stopReason: STOP_REASONS[finishReason] }).map(frameOf));
}

const STOP_REASONS: Partial<Record<FinishReason, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
};

function answer(content: readonly JsonObject[], stop: JsonObject = {}, usage: JsonObject = {}): readonly JsonObject[] {
  return [
    { messageStart: { role: "assistant" } },
    ...content,
    { messageStop: { stopReason: "end_turn", ...stop } },
    { metadata: { usage: { inputTokens: 20, outputTokens: 10, totalTokens: 30, ...usage } } },
  ];
}
