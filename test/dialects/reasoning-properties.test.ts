import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import type { DecodedEvent, StreamEvent } from "../../packages/millrace/src/model/stream-event.ts";
import { answerEncoding } from "./answer-encoding.ts";
import { someText } from "./any-conversation.ts";
import { PAIRS } from "./dialects.ts";
import { answer } from "./reply-features.ts";
import { written } from "./request-verdicts.ts";
import { translatedRequest } from "./translate.ts";

interface Thought {
  readonly text: string;
  readonly blob: string;
}

const someThought: Arbitrary<Thought> = fc.record({
  text: someText,
  blob: fc.stringMatching(/^[A-Za-z0-9+/]{8,24}$/u),
});

/** What a server gives to be sent back with a block of reasoning. */
const OPAQUE: Readonly<Record<string, (thought: Thought) => JsonObject>> = {
  messages: signed,
  converse: signed,
  responses: ({ text, blob }) => ({
    type: "reasoning.encrypted",
    data: blob,
    id: `rs_${blob}`,
    summary: [{ type: "summary_text", text }],
    format: "openai-responses-v1",
  }),
  "generate-content": ({ blob }) => ({ type: "reasoning.encrypted", data: base64(blob), format: "google-gemini-v1" }),
};

/** Clients that send an answer back with all that is opaque in it. */
const SENDS_BACK = ["chat-completions", "messages", "responses", "generate-content"];

const pairs = PAIRS.filter(
  ({ client, server }) => client.name !== server.name && SENDS_BACK.includes(client.name) && server.name in OPAQUE,
);

describe.each(pairs)("the reasoning of $server.name, sent back by a client of $client.name", ({ client, server }) => {
  test("is what the server gave, and nothing is told of it", () => {
    fc.assert(
      fc.property(someThought, someText, (thought, text) => {
        const detail = (OPAQUE[server.name] ?? signed)(thought);
        const asked = { ...written(client), ...client.wants };
        const encoder = client.codec.createStreamEncoder(answerEncoding(asked));
        const stream = thinking(server.name, thought.text, detail, text).map((event) => encoder.encode([event]));
        const sent = translatedRequest(client, server, client.nextTurn(asked, stream.join(""), "And then?"));
        const read = server.readRequest(sent.body);
        if ("kind" in read) throw new RangeError(read.message);
        expect(opaqueIn(read)).toEqual([detail["data"] ?? detail["signature"]]);
        expect(sent.changes.filter(({ field }) => field.startsWith("reasoning_content"))).toEqual([]);
        expect(sent.changes.filter(({ field }) => field.startsWith("reasoning_details"))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

test("what a Gemini client gets as a signature is base64, whoever signed it", () => {
  const client = PAIRS.find((pair) => pair.client.name === "generate-content")?.client;
  if (client === undefined) throw new RangeError("No client speaks Gemini's dialect");
  fc.assert(
    fc.property(someThought, someText, (thought, text) => {
      const asked = { ...written(client), ...client.wants };
      const encoder = client.codec.createStreamEncoder(answerEncoding(asked));
      const stream = encoder.encode(answer({ text, reasoning: thought.text, reasoningDetails: [signed(thought)] }));
      const [, signature = ""] = /"thoughtSignature":"([^"]*)"/u.exec(stream) ?? [];
      expect(signature).toMatch(/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u);
    }),
  );
});

function signed({ text, blob }: Thought): JsonObject {
  return { type: "reasoning.text", text, signature: base64(blob), format: "anthropic-claude-v1" };
}

function base64(text: string): string {
  return btoa(text);
}

/** The events of a thought and its text. Gemini signs the text, so that its signature comes behind it. */
function thinking(server: string, reasoning: string, detail: JsonObject, text: string): readonly DecodedEvent[] {
  const events = answer({ text, reasoning, reasoningDetails: [detail] });
  if (server !== "generate-content") return events;
  const isDetail = ({ type }: DecodedEvent): boolean => type === "reasoning-detail";
  const [signature] = events.filter(isDetail) as readonly StreamEvent[];
  return events.flatMap((event) => {
    if (isDetail(event)) return [];
    return event.type === "text-delta" && signature !== undefined ? [event, signature] : [event];
  });
}

function opaqueIn({ messages = [] }: InferenceRequest): readonly unknown[] {
  const details = messages.flatMap(({ reasoningDetails = [] }) => reasoningDetails);
  return details.map((detail) => detail["data"] ?? detail["signature"]);
}
