import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { Message } from "../../packages/millrace/src/model/message.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import type { ToolCall } from "../../packages/millrace/src/model/tool.ts";

const TOOLS = ["look", "get_weather", "run"] as const;

/** Text that is something in every dialect: some take blank text for none. */
export const someText: Arbitrary<string> = fc
  .array(fc.constantFrom("mill", "race", "Müller", "水車", "\u{1F9F1}", "a\nb", '"', "\\"), {
    minLength: 1,
    maxLength: 4,
  })
  .map((words) => words.join(" "));

const someInput: Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom("city", "at", "deep"),
  fc.oneof(someText, fc.integer(), fc.boolean(), fc.constant({ nested: ["x", null] })),
);

export const someCall: Arbitrary<Omit<ToolCall, "id">> = fc
  .record({ name: fc.constantFrom(...TOOLS), input: someInput })
  .map(({ name, input }) => ({ type: "function", name, arguments: JSON.stringify(input), input }));

interface Round {
  readonly question: string;
  readonly said: string | undefined;
  readonly calls: readonly Omit<ToolCall, "id">[];
  readonly results: readonly string[];
  readonly answer: string;
}

const someRound: Arbitrary<Round> = fc.record({
  question: someText,
  said: fc.option(someText, { nil: undefined }),
  calls: fc.array(someCall, { maxLength: 3 }),
  results: fc.array(someText, { minLength: 3, maxLength: 3 }),
  answer: someText,
});

/** A conversation that every dialect can hold: instructions, turns, parallel calls with their results, tools. */
export const someConversation: Arbitrary<Partial<InferenceRequest>> = fc
  .record({
    system: fc.option(someText, { nil: undefined }),
    rounds: fc.array(someRound, { minLength: 1, maxLength: 4 }),
    question: someText,
  })
  .map(({ system, rounds, question }) => ({
    messages: [
      ...(system === undefined ? [] : [{ role: "system", content: system } as const]),
      ...rounds.flatMap(turnsOf),
      { role: "user", content: question },
    ],
    tools: TOOLS.map((name) => ({
      name,
      description: `To ${name}.`,
      parameters: { type: "object", properties: { city: { type: "string" } } },
    })),
  }));

function turnsOf({ question, said, calls, results, answer }: Round, round: number): readonly Message[] {
  const toolCalls = calls.map((call, index) => ({ id: `call_${round}_${index}`, ...call }));
  const called: readonly Message[] =
    toolCalls.length === 0
      ? []
      : [
          { role: "assistant", content: said ?? null, toolCalls },
          ...toolCalls.map(
            ({ id }, index) => ({ role: "tool", toolCallId: id, content: results[index] ?? "" }) as const,
          ),
        ];
  return [{ role: "user", content: question }, ...called, { role: "assistant", content: answer }];
}
