import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { InferenceResponse } from "../../model/response.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import { anyRequest } from "../assembly/testing/any-request.ts";
import { anyResponse } from "../assembly/testing/any-response.ts";
import { finishCall } from "../assembly/finish-call.ts";
import { present } from "../failure/present.ts";
import { createOllamaServer, ollamaChatClient } from "./codec.ts";
import { OLLAMA_RULES } from "./rules.ts";
import { answerOf, linesOf } from "./testing/replies.ts";

const server = createOllamaServer(OLLAMA_RULES);
const word = fc.stringMatching(/^[a-z]{1,8}$/u);
const prose = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
const option = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const PNG = "data:image/png;base64,iVBORw0KGgo=";
const image = { type: "image", url: PNG } as const;

/** One round of a conversation that the dialect can express: a question, calls with their results, an answer. */
const round = fc
  .record({
    text: prose,
    pictures: fc.nat(2),
    thinking: option(prose),
    said: option(prose),
    calls: fc.uniqueArray(fc.record({ id: word, name: word, a: fc.integer(), result: prose }), {
      maxLength: 3,
      selector: ({ id }) => id,
    }),
    answer: prose,
  })
  .map(({ text, pictures, thinking, said, calls, answer }): readonly Message[] => {
    const images = Array.from({ length: pictures }, () => image);
    const toolCalls = calls.map(
      ({ id, name, a }) => finishCall({ id, name, type: "function", arguments: JSON.stringify({ a }) }, false).call,
    );
    const turn: Message = { role: "assistant", content: said ?? null, toolCalls, ...present({ reasoning: thinking }) };
    return [
      { role: "user", content: pictures === 0 ? text : [...images, { type: "text", text }] },
      ...(calls.length === 0 ? [] : [turn]),
      ...calls.map(({ id, result }): Message => ({ role: "tool", content: result, toolCallId: id })),
      { role: "assistant", content: answer },
    ];
  });

const request: fc.Arbitrary<InferenceRequest> = fc
  .record({
    system: option(prose),
    rounds: fc.array(round, { minLength: 1, maxLength: 3 }),
    tools: fc.uniqueArray(word, { maxLength: 3 }),
    rest: fc.record({
      maxTokens: option(fc.integer({ min: 1, max: 9999 })),
      temperature: option(fc.constantFrom(0, 0.5)),
      topK: option(fc.integer({ min: 1, max: 99 })),
      stop: option(fc.array(word, { minLength: 1, maxLength: 2 })),
      reasoningEffort: option(fc.constantFrom("none", "low", "medium", "high")),
      logprobs: option(fc.boolean()),
      responseFormat: option(
        fc.constantFrom(
          { type: "json_object" } as const,
          { type: "json_schema", name: "response", schema: { type: "object" } } as const,
        ),
      ),
      extra: option(fc.record({ keep_alive: word, options: fc.record({ num_ctx: fc.nat() }) })),
    }),
  })
  .map(({ system, rounds, tools, rest }) => ({
    model: "m",
    messages: [...(system === undefined ? [] : [{ role: "system", content: system } as const]), ...rounds.flat()],
    ...(tools.length > 0 && { tools: tools.map((name) => ({ name, parameters: { type: "object" } })) }),
    ...present(rest),
  }));

test("a request that the dialect can express comes back as it was", () => {
  fc.assert(
    fc.property(request, (asked) => {
      const { body, changes, refusal } = server.encodeRequest(asked, { model: "m", stream: true, translated: false });
      expect([changes, refusal]).toEqual([[], undefined]);
      expect(ollamaChatClient.check(body)).toBeUndefined();
      expect(ollamaChatClient.decodeRequest(JSON.parse(JSON.stringify(body)) as JsonObject)).toEqual({
        request: asked,
        changes: [],
      });
    }),
  );
});

test("any other request is written without a throw, and its calls keep their order", () => {
  fc.assert(
    fc.property(anyRequest, (asked) => {
      const { body } = server.encodeRequest(asked, { model: "m", stream: true, translated: true });
      const messages = body["messages"] as readonly JsonObject[];
      const names = messages.flatMap(
        ({ tool_calls: calls }) => (calls ?? []) as readonly { function: { name: string } }[],
      );
      const given = (asked.messages ?? []).flatMap(({ toolCalls = [] }) => toolCalls);
      expect(names.map((call) => call.function.name)).toEqual(given.map(({ name }) => name));
      for (const { content } of messages) expect(content).toBeTypeOf("string");
    }),
  );
});

/** What the dialect has of an answer. */
function toldOf({ model, choices, usage }: InferenceResponse): unknown {
  const [choice] = choices;
  const calls = choice?.toolCalls.filter((call) => call.type === "custom" || call.input !== undefined) ?? [];
  const unfit = choice?.toolCalls.filter((call) => !calls.includes(call)).map((call) => call.arguments) ?? [];
  return {
    model,
    said: [choice?.text, choice?.refusal, ...unfit].join("").length,
    reasoning: choice?.reasoning,
    calls: calls.map(({ id, name, type, arguments: text, input }) => [
      id,
      name,
      type === "custom" ? { input: text } : input,
    ]),
    counts: [usage?.promptTokens, usage?.completionTokens],
  };
}

test("an answer in a stream and as a whole reads the same, and as it was", () => {
  fc.assert(
    fc.property(anyResponse, (answer) => {
      const options = { asked: {}, includeUsage: true, id: "r", model: "m", createdSec: 1 };
      const stream = ollamaChatClient.createStreamEncoder(options).encode(eventsOf(answer));
      const whole = JSON.stringify(ollamaChatClient.encodeResponse(answer, options));
      expect(toldOf(answerOf(stream))).toEqual(toldOf(answer));
      expect(toldOf(answerOf(whole))).toEqual(toldOf(answer));
      expect(
        linesOf(stream)
          .map(({ done }) => done === true)
          .indexOf(true),
      ).toBe(linesOf(stream).length - 1);
    }),
  );
});
