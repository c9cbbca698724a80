import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceResponse } from "../../model/response.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import { anyRequest } from "../assembly/testing/any-request.ts";
import { anyResponse } from "../assembly/testing/any-response.ts";
import { decodeRequest } from "./request.ts";
import { checkRequest } from "./check.ts";
import { generateContentClient } from "./codec.ts";
import { createGenerateContentStreamEncoder } from "./encode-stream.ts";
import { bytesOf, cutEvery, decode, decodePieces, encoding, server, SHOWN } from "./testing/wire.ts";

const word = fc.stringMatching(/^[a-z]{1,8}$/u);
const prose = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => !text.includes("\0"));
const input = fc.dictionary(word, fc.oneof(fc.integer(), prose, fc.constant(null)), { maxKeys: 3 });

/** A conversation in the order that every server wants, with calls that are all answered. */
const conversation: fc.Arbitrary<readonly Message[]> = fc
  .array(
    fc.record({
      asked: prose,
      reasoning: fc.option(prose, { nil: undefined }),
      said: fc.option(prose, { nil: undefined }),
      calls: fc.array(fc.record({ name: word, input, result: fc.oneof(prose, input), isError: fc.boolean() }), {
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((rounds) => rounds.flatMap((round, at) => roundOf(round, at)));

interface Round {
  readonly asked: string;
  readonly reasoning: string | undefined;
  readonly said: string | undefined;
  readonly calls: readonly {
    readonly name: string;
    readonly input: JsonObject;
    readonly result: string | JsonObject;
    readonly isError: boolean;
  }[];
}

function roundOf({ asked, reasoning, said, calls }: Round, at: number): readonly Message[] {
  const signed = { type: "reasoning.encrypted", data: `c2ln${at}`, format: "google-gemini-v1" };
  const toolCalls = calls.map(({ name, input: args }, index) => {
    const made = {
      id: `id-${at}-${index}`,
      type: "function",
      name,
      arguments: JSON.stringify(args),
      input: args,
    } as const;
    return index === 0 ? { ...made, extra: { extra_content: { google: { thought_signature: `Y2Fs${at}` } } } } : made;
  });
  const answer: Message = {
    role: "assistant",
    content: said ?? null,
    ...(reasoning !== undefined && { reasoning, reasoningDetails: [signed] }),
    ...(toolCalls.length > 0 && { toolCalls }),
  };
  const saysSomething = said !== undefined || reasoning !== undefined || toolCalls.length > 0;
  return [
    { role: "user", content: asked },
    ...(saysSomething ? [answer] : []),
    ...calls.map(({ result, isError }, index): Message => {
      const content = typeof result === "string" ? result : JSON.stringify(result);
      return { role: "tool", toolCallId: `id-${at}-${index}`, content, ...(isError && { isError }) };
    }),
  ];
}

function sent(messages: readonly Message[]): JsonObject {
  return server.encodeRequest({ model: "m", messages }, { model: "gemini-3-pro", stream: true, translated: false })
    .body;
}

describe("a conversation, there and back", () => {
  test("keeps who said what, calls with their ids and results, and signatures", () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        const body = sent(messages);
        expect(checkRequest(body)).toBeUndefined();
        const back = decodeRequest(body).request.messages ?? [];
        expect(merged(back)).toEqual(merged(messages));
        // What was read once is written the same again.
        expect(sent(back)).toEqual(body);
      }),
    );
  });

  test("whatever is asked, roles alternate between calls and results, and what cannot be sent is refused or told", () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { body } = server.encodeRequest(request, { model: "gemini-2.5-pro", stream: false, translated: true });
        const contents = body["contents"] as readonly JsonObject[];
        expect(contents.length).toBeGreaterThan(0);
        expect(contents[0]?.["role"]).toBe("user");
        for (const content of contents) expect((content["parts"] as readonly JsonObject[]).length).toBeGreaterThan(0);
        for (const [index, { role }] of contents.entries()) {
          if (role === "model") expect(contents[index + 1]?.["role"]).not.toBe("model");
        }
      }),
    );
  });
});

/** Turns of the user that follow each other are one in the dialect. */
function merged(messages: readonly Message[]): readonly unknown[] {
  const turns: { role: string; texts: unknown[]; rest: unknown }[] = [];
  for (const { role, content, ...rest } of messages) {
    const texts =
      typeof content === "string"
        ? [content]
        : (content ?? []).map((part) => (part.type === "text" ? part.text : part));
    const last = turns.at(-1);
    if (role === "user" && last?.role === "user") last.texts.push(...texts);
    else turns.push({ role, texts, rest });
  }
  return turns;
}

/** An answer as this dialect can say it: functions with objects. */
const answer: fc.Arbitrary<InferenceResponse> = anyResponse.map((response) => {
  const choices = response.choices.map((choice) => {
    const { refusal: _refusal, audio: _audio, extra: _extra, logprobs: _logprobs, ...said } = choice;
    const toolCalls = choice.toolCalls.filter((call) => call.type === "function" && call.input !== undefined);
    const finishReason = choice.toolCalls.length > 0 && toolCalls.length === 0 ? "stop" : choice.finishReason;
    return { ...said, toolCalls, finishReason };
  });
  const { extra: _extra, ...whole } = response;
  return { ...whole, choices };
});

function essence(response: InferenceResponse | undefined): unknown {
  return response?.choices.map(({ text, reasoning, toolCalls, finishReason, reasoningDetails }) => ({
    text,
    reasoning,
    finishReason,
    details: reasoningDetails,
    calls: toolCalls.map(({ id, name, input: args }) => ({ id, name, args })),
  }));
}

describe("an answer, written and read again", () => {
  test("is the same, however its events are batched and its bytes are cut, in either framing", () => {
    fc.assert(
      fc.property(
        answer,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 99 }),
        fc.boolean(),
        (response, batch, cut, asEvents) => {
          const encoder = createGenerateContentStreamEncoder(encoding(SHOWN), asEvents ? "sse" : "json-array");
          const events = eventsOf(response);
          let text = "";
          for (let at = 0; at < events.length; at += batch) text += encoder.encode(events.slice(at, at + batch));
          const last = decodePieces(cutEvery(bytesOf(text), cut)).at(-1);
          expect(last?.type).toBe("finish");
          if (last?.type === "finish") expect(essence(last.response)).toEqual(essence(response));
        },
      ),
    );
  });

  test("is the same as one reply", () => {
    fc.assert(
      fc.property(answer, (response) => {
        const reply = generateContentClient.encodeResponse(response, encoding(SHOWN));
        const back = decode(JSON.stringify(reply)).response;
        expect(essence(back)).toEqual(essence(response));
        expect(back?.usage?.totalTokens).toBe(response.usage?.totalTokens);
      }),
    );
  });
});
