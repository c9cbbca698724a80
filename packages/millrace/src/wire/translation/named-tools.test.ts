import { describe, expect, test } from "vitest";
import { REFERENCE_RULES } from "../chat-completions/rules.ts";
import { createChatServer } from "../chat-completions/codec.ts";
import { createConverseServer } from "../converse/codec.ts";
import { BEDROCK_RULES } from "../converse/rules.ts";
import { createGenerateContentServer } from "../generate-content/codec.ts";
import { GEMINI_RULES } from "../generate-content/rules.ts";
import { createMessagesServer } from "../messages/codec.ts";
import { ANTHROPIC_RULES } from "../messages/rules.ts";
import { createResponsesServer } from "../responses/codec.ts";
import { OPENAI_RESPONSES_RULES } from "../responses/rules.ts";
import { answerOptions } from "../messages/testing/decode.ts";
import type { ServerCodec } from "./codec.ts";
import { takenName, UP_TO_64 } from "./tool-names.ts";

const NAME = `mcp__${"files ".repeat(30)}`;

const strict = { ...REFERENCE_RULES, request: { ...REFERENCE_RULES.request, toolNames: "strict" } } as const;

const SERVERS: readonly (readonly [string, ServerCodec])[] = [
  ["chat completions at OpenAI", createChatServer(strict)],
  ["Responses", createResponsesServer(OPENAI_RESPONSES_RULES)],
  ["Messages", createMessagesServer(ANTHROPIC_RULES)],
  ["Gemini", createGenerateContentServer(GEMINI_RULES)],
  ["Converse", createConverseServer(BEDROCK_RULES)],
];

describe.each(SERVERS)("%s", (_name, codec) => {
  const request = { model: "m", maxTokens: 50, messages: [{ role: "user", content: "hi" }] } as const;
  const options = { model: "m", stream: true, translated: true };

  test("is sent a tool of an odd name under another, which is told", () => {
    const { body, changes, refusal } = codec.encodeRequest({ ...request, tools: [{ name: NAME }] }, options);
    expect(refusal).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain(NAME);
    expect(changes).toContainEqual(
      expect.objectContaining({
        field: "tools[0].name",
        action: "replaced",
        to: expect.stringMatching(/^mcp__files_/u),
      }),
    );
  });

  test("is sent a tool of a plain name under that", () => {
    const { body, changes } = codec.encodeRequest({ ...request, tools: [{ name: "look-up" }] }, options);
    expect(JSON.stringify(body)).toContain('"look-up"');
    expect(changes.filter(({ field }) => field.includes("name"))).toEqual([]);
  });
});

describe("a stream that calls a tool under the name it was sent by", () => {
  const sent = takenName(NAME, UP_TO_64);
  const chunk = (delta: object, reason: string | null = null): string =>
    `data: ${JSON.stringify({ id: "a", model: "m", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  const calling = chunk({ tool_calls: [{ index: 0, id: "c", function: { name: sent, arguments: "{}" } }] });
  const decoder = () =>
    createChatServer(strict).createStreamDecoder({ ...answerOptions(), toolNames: [NAME, "plain"] });
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test("calls the caller's tool, from its first event to the answer, and nobody is warned", () => {
    const reading = decoder();
    const events = [
      ...reading.push(bytes(calling)),
      ...reading.push(bytes(`${chunk({}, "tool_calls")}data: [DONE]\n\n`)),
      ...reading.end(),
    ];
    expect(JSON.stringify(events)).not.toContain(sent);
    expect(events).toContainEqual(expect.objectContaining({ type: "tool-call-start", name: NAME }));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "tool-call-end", call: expect.objectContaining({ name: NAME }) }),
    );
    expect(events.at(-1)).toMatchObject({
      type: "finish",
      response: { toolCalls: [{ name: NAME }], choices: [{ toolCalls: [{ name: NAME }] }], warnings: [] },
    });
  });

  test("and breaks off in the next call has called it too", () => {
    const reading = decoder();
    reading.push(bytes(calling + chunk({ tool_calls: [{ index: 1, id: "d", function: { name: "plain" } }] })));
    expect(reading.end().at(-1)).toMatchObject({ type: "failure", partial: { toolCalls: [{ name: NAME }] } });
  });
});
