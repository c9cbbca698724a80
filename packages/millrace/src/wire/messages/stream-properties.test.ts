import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Choice, InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { anyResponse } from "../assembly/testing/any-response.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import { parseJson } from "../json/parse.ts";
import { unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import { MessagesStreamEncoder } from "./encode-stream.ts";
import { encodeMessagesResponse } from "./response.ts";
import { answerOf } from "./testing/decode.ts";

const OPTIONS = { asked: {}, includeUsage: true, id: "req-1", model: "asked", createdSec: 0 };

function streamOf(events: readonly DecodedEvent[], size: number): string {
  const encoder = new MessagesStreamEncoder(OPTIONS);
  let text = "";
  for (let at = 0; at < events.length; at += size) text += encoder.encode(events.slice(at, at + size));
  return text;
}

/** What of an answer the dialect has a place for. */
function said(response: InferenceResponse | undefined): JsonObject {
  const { text = "", toolCalls = [], reasoning = "", refusal = "", reasoningDetails = [] } = response?.choices[0] ?? {};
  return {
    text: text + refusal,
    reasoning,
    details: reasoningDetails.flatMap(
      (detail) => unwrapReasoning(String((detail["signature"] ?? detail["data"]) as string)) ?? [detail],
    ),
    calls: toolCalls.map(({ id, name, arguments: written, type }) => ({
      id,
      name,
      input: inputOf(type === "custom" ? JSON.stringify({ input: written }) : written),
    })),
    usage: { ...response?.usage, raw: null },
  };
}

/** Arguments that are no object are read by each reader in its own way. */
function inputOf(text: string): JsonObject {
  const parsed = parseJson(text);
  return parsed.ok && !parsed.trailing ? (parsed.value as JsonObject) : {};
}

const plain = (response: InferenceResponse): boolean => response.choices[0]?.refusal === undefined;
/** Something was counted, and nothing that the dialect has no word for. */
const counted = ({ usage }: InferenceResponse): boolean => usage?.promptTokens !== undefined;

test("an answer that is written as a stream is read again as it was, however it comes", () => {
  fc.assert(
    fc.property(anyResponse.filter(plain).filter(counted), fc.integer({ min: 1, max: 9 }), (response, size) => {
      const read = answerOf(streamOf(eventsOf(response), size));
      expect(read.failure).toBeUndefined();
      const { usage, ...rest } = said(read.response);
      const { usage: _counts, ...expected } = said(response);
      expect(rest).toEqual(expected);
      expect(usage).toMatchObject({
        promptTokens: response.usage?.promptTokens,
        completionTokens: response.usage?.completionTokens,
      });
    }),
  );
});

test("an answer that is written whole says the same as one that is written as a stream", () => {
  fc.assert(
    fc.property(anyResponse.filter(plain), (response) => {
      const whole = JSON.stringify(encodeMessagesResponse(response, OPTIONS));
      const streamed = streamOf(eventsOf(response), 3);
      expect(said(answerOf(whole).response)).toEqual(said(answerOf(streamed).response));
    }),
  );
});

test("blocks are numbered without gaps, and none begins before the one before it is over", () => {
  fc.assert(
    fc.property(anyResponse, (response: { readonly choices: readonly Choice[] } & InferenceResponse) => {
      const events = streamOf(eventsOf(response), 2).match(/(?<=data: ).*/gu) ?? [];
      let next = 0;
      let open = false;
      for (const { type, index } of events.map((event) => JSON.parse(event) as JsonObject)) {
        if (type === "content_block_start") {
          expect([open, index]).toEqual([false, next]);
          open = true;
        } else if (type === "content_block_delta") expect([open, index]).toEqual([true, next]);
        else if (type === "content_block_stop") {
          expect([open, index]).toEqual([true, next]);
          open = false;
          next += 1;
        }
      }
      expect(open).toBe(false);
    }),
  );
});
