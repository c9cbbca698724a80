import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { expect, test } from "vitest";
import type { ContentPart, Message, ReasoningDetail } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ToolCall, ToolDefinition } from "../../model/tool.ts";
import { anyRequest } from "../assembly/testing/any-request.ts";
import { present } from "../failure/present.ts";
import { withoutForeignFields } from "../translation/foreign-fields.ts";
import { decodeConverseRequest } from "./testing/decode-request.ts";
import { encode } from "./testing/encode.ts";
import { CLAUDE } from "./testing/streams.ts";

const word: Arbitrary<string> = fc.stringMatching(/^[a-z]{1,8}$/u);
const prose: Arbitrary<string> = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => text.trim() !== "");
const base64: Arbitrary<string> = fc.base64String({ minLength: 4, maxLength: 12 });
const option = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const mark = option(fc.constantFrom({ type: "ephemeral" }, { type: "ephemeral", ttl: "1h" }));

const text: Arbitrary<ContentPart> = fc
  .record({ text: prose, cacheControl: mark })
  .map(({ text: said, ...rest }) => ({ type: "text", text: said, ...present(rest) }) as const);
const image: Arbitrary<ContentPart> = fc
  .record({ data: base64, format: fc.constantFrom("png", "jpeg", "gif", "webp"), cacheControl: mark })
  .map(({ data, format, ...rest }) => {
    const url = `data:image/${format};base64,${data}`;
    return { type: "image", url, ...present(rest) } as const;
  });
const audio: Arbitrary<ContentPart> = base64.map((data) => ({ type: "audio", data, format: "wav" }) as const);

const detail: Arbitrary<ReasoningDetail> = fc.oneof(
  fc
    .record({ text: prose, signature: base64 })
    .map((block) => ({ type: "reasoning.text", ...block, format: "anthropic-claude-v1" })),
  base64.map((data) => ({ type: "reasoning.encrypted", data, format: "anthropic-claude-v1" })),
);

const call: Arbitrary<Omit<ToolCall, "id">> = fc
  .record({ name: word, input: fc.dictionary(word, fc.oneof(prose, fc.integer(), fc.boolean()), { maxKeys: 3 }) })
  .map(({ name, input }) => ({ type: "function", name, arguments: JSON.stringify(input), input }) as const);

const result: Arbitrary<Omit<Message, "role" | "toolCallId">> = fc
  .record({ content: fc.array(fc.oneof(text, image).map(unmarked), { maxLength: 2 }), isError: fc.boolean() })
  .map(({ content, isError }) => ({ content, ...(isError && { isError }) }));

/** What the user says, what the model answers, and the results of the calls in that. */
const round: Arbitrary<readonly Message[]> = fc
  .record({
    asked: fc.array(fc.oneof(text, image, audio), { minLength: 1, maxLength: 3 }),
    details: fc.array(detail, { maxLength: 2 }),
    said: fc.array(text.map(unmarked), { minLength: 1, maxLength: 2 }),
    calls: fc.array(fc.tuple(call, result), { maxLength: 3 }),
  })
  .map(({ asked, details, said, calls }): readonly Message[] => [
    { role: "user", content: asked },
    {
      role: "assistant",
      content: said,
      ...(calls.length > 0 && { toolCalls: calls.map(([one], at) => ({ id: `call${at}`, ...one })) }),
      ...(details.length > 0 && { reasoningDetails: details }),
    },
    ...calls.map(([, one], at) => ({ role: "tool", toolCallId: `call${at}`, ...one }) as const),
  ]);

const tool: Arbitrary<ToolDefinition> = fc
  .record({ name: word, description: option(prose), strict: option(fc.constant(true)), cacheControl: mark })
  .map(({ name, ...rest }) => ({
    name,
    parameters: { type: "object", properties: {}, additionalProperties: false },
    ...present(rest),
  }));

/** Any request that the API has a place for, written as its reader would write it. */
const expressible: Arbitrary<InferenceRequest> = fc
  .record({
    system: option(fc.array(text, { minLength: 1, maxLength: 2 })),
    rounds: fc.array(round, { minLength: 1, maxLength: 3 }),
    tools: fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    toolChoice: option(
      fc.oneof(
        fc.constant("required" as const),
        word.map((name) => ({ name })),
      ),
    ),
    maxTokens: option(fc.integer({ min: 1, max: 9999 })),
    temperature: option(fc.constantFrom(0, 0.5, 1)),
    stop: option(fc.array(word, { minLength: 1, maxLength: 2 })),
    metadata: option(fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 })),
    serviceTier: option(fc.constantFrom("flex", "priority")),
  })
  .map(({ system, rounds, tools, ...rest }) => ({
    model: CLAUDE,
    messages: [
      ...(system ? [{ role: "system", content: system } as const] : []),
      // An id is used once in a conversation.
      ...rounds.flatMap((turns, at) => turns.map((turn) => renamed(turn, at))),
    ],
    tools,
    ...present(rest),
  }));

test("property: what the API has a place for comes back as it was, in its order, with its ids", () => {
  fc.assert(
    fc.property(expressible, (request) => {
      const { body, changes, refusal } = encode(request);
      expect([changes, refusal]).toEqual([[], undefined]);
      expect(decodeConverseRequest(body, CLAUDE)).toEqual(request);
    }),
  );
});

test("property: any request is written, and what it was written as is written the same again", () => {
  fc.assert(
    fc.property(anyRequest, (request) => {
      const { body } = encode(withoutForeignFields(request).request);
      const again = encode(decodeConverseRequest(body, CLAUDE));
      expect(again.body["messages"]).toEqual(body["messages"]);
      expect(again.body["system"]).toEqual(body["system"]);
    }),
  );
});

function renamed({ toolCalls, toolCallId, ...turn }: Message, at: number): Message {
  return {
    ...turn,
    ...(toolCallId !== undefined && { toolCallId: `${toolCallId}-${at}` }),
    ...(toolCalls && { toolCalls: toolCalls.map(({ id, ...rest }) => ({ id: `${id}-${at}`, ...rest })) }),
  };
}

function unmarked(part: ContentPart): ContentPart {
  if (part.type !== "text" && part.type !== "image") return part;
  const { cacheControl: _mark, ...plain } = part;
  return plain;
}
