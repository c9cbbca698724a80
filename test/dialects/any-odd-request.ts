import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Message } from "../../packages/millrace/src/model/message.ts";
import type { InferenceRequest, ResponseFormat } from "../../packages/millrace/src/model/request.ts";
import { present } from "../../packages/millrace/src/wire/failure/present.ts";
import { someText } from "./any-conversation.ts";

const NAMES = ["look", "get-weather", "mcp.server:run", "ölmühle", "x".repeat(80)];

const oddText: Arbitrary<string> = fc.oneof(someText, fc.constantFrom("", " ", "\n", "ends with a space "));

const oddTurns: Arbitrary<readonly Message[]> = fc.oneof(
  fc
    .record({ role: fc.constantFrom("system", "developer", "user", "assistant"), content: oddText })
    .map((turn) => [turn]),
  oddText.map((reasoning) => [{ role: "assistant", content: null, reasoning } as const]),
  fc
    .record({
      said: fc.option(oddText),
      calls: fc.array(fc.record({ id: oddText, name: fc.constantFrom(...NAMES) }), { minLength: 1, maxLength: 3 }),
      result: oddText,
      isError: fc.boolean(),
    })
    .map(({ said, calls, result, isError }) => {
      const toolCalls = calls.map(({ id, name }, index) => ({
        ...({ id: `${id}.${index}`, name, type: "function", arguments: "{}", input: {} } as const),
      }));
      return [
        { role: "assistant", content: said, toolCalls } as const,
        ...toolCalls.map(({ id }) => ({ role: "tool", toolCallId: id, content: result, isError }) as const),
      ];
    }),
);

const option = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const SCHEMA: ResponseFormat = { type: "json_schema", name: "a_name", schema: { type: "object", properties: {} } };

/** A question that some client could put, as unlike what a server wants as clients make it. */
export const oddRequest: Arbitrary<Omit<InferenceRequest, "model">> = fc
  .record({
    messages: fc.array(oddTurns, { minLength: 1, maxLength: 6 }).map((turns) => turns.flat()),
    tools: option(fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 })),
    toolChoice: option(fc.constantFrom("auto", "none", "required")),
    rest: fc.record({
      maxTokens: option(fc.constantFrom(1, 500, 5000)),
      temperature: option(fc.constantFrom(0, 0.5, 2)),
      topP: option(fc.constantFrom(0.1, 1)),
      topK: option(fc.constantFrom(1, 40)),
      stop: option(fc.array(oddText, { minLength: 1, maxLength: 6 })),
      reasoningEffort: option(fc.constantFrom("none", "minimal", "low", "high", "xhigh", "of its own")),
      reasoningBudget: option(fc.constantFrom(0, 100, 2048, 100_000)),
      responseFormat: option(fc.constantFrom<ResponseFormat>({ type: "json_object" }, SCHEMA)),
      user: option(someText),
    }),
  })
  .map(({ messages, tools, toolChoice, rest }) => ({
    messages,
    ...present(rest),
    ...(tools && {
      tools: tools.map((name) => ({ name, parameters: { type: "object", properties: {} } })),
      ...present({ toolChoice }),
    }),
  }));
