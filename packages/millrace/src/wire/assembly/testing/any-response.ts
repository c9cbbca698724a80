import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { JsonObject } from "../../../model/json.ts";
import type { Choice, InferenceResponse } from "../../../model/response.ts";
import type { ToolCall } from "../../../model/tool.ts";
import type { Warning } from "../../../model/warning.ts";
import { present } from "../../failure/present.ts";
import { finishCall } from "../finish-call.ts";
import { normalizeUsage } from "../usage.ts";

const word: Arbitrary<string> = fc.stringMatching(/^[a-z]{1,8}$/u);
/** Text as a model may write it: any characters, none of them cut. */
const prose: Arbitrary<string> = fc.string({ unit: "binary", maxLength: 30 });
const someText: Arbitrary<string> = fc.string({ unit: "binary", minLength: 1, maxLength: 30 });

const plainValue = fc.oneof(fc.integer(), fc.boolean(), prose, fc.array(fc.integer(), { maxLength: 3 }));

/** Fields nobody knows, by names that nobody has. */
const anyExtra: Arbitrary<JsonObject> = fc.dictionary(
  word.map((name) => `x_${name}`),
  plainValue,
  {
    minKeys: 1,
    maxKeys: 3,
  },
);

const choiceExtra: Arbitrary<JsonObject> = fc.oneof(
  anyExtra,
  anyExtra.map((choice) => ({ choice })),
  fc.tuple(anyExtra, anyExtra).map(([message, choice]) => ({ ...message, choice })),
);

const anyArguments: Arbitrary<string> = fc.oneof(
  fc.dictionary(word, plainValue, { maxKeys: 3 }).map((fields) => JSON.stringify(fields)),
  fc.constantFrom('{"a":1}{"b":2}', "[1]", '"{}"', '{"a":'),
);

const anyCall: Arbitrary<ToolCall> = fc
  .record({ name: word, text: anyArguments, custom: fc.boolean(), extra: fc.option(anyExtra, { nil: undefined }) })
  .map(({ name, text, custom, extra }) => {
    const ended = {
      id: "",
      type: custom ? "custom" : "function",
      name,
      arguments: text,
      ...present({ extra }),
    } as const;
    return finishCall(ended, false).call;
  });

const option = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

function anyChoice(index: number): Arbitrary<Choice> {
  return fc
    .record({
      text: prose,
      calls: fc.array(anyCall, { maxLength: 3 }),
      reason: fc.constantFrom("stop", "length", "content_filter"),
      reasoning: option(someText),
      reasoningDetails: option(fc.array(anyExtra, { minLength: 1, maxLength: 2 })),
      refusal: option(someText),
      logprobs: option(fc.constant({ content: [{ token: "a", logprob: -0.5 }] })),
      audio: option(fc.constant({ id: "audio-1", data: "AAAA", transcript: "hi" })),
      extra: option(choiceExtra),
    })
    .map(({ text, calls, reason, ...rest }) => {
      const toolCalls = calls.map((call, position) => ({ ...call, id: `call-${index}-${position}` }));
      // A cut answer has no whole calls, so this one ended because of them.
      const finishReason = toolCalls.length > 0 ? "tool_calls" : (reason as "stop");
      return { index, text, toolCalls, finishReason, rawFinishReason: finishReason, ...present(rest) };
    });
}

const anyUsage = fc
  .record({ prompt_tokens: fc.nat(), completion_tokens: fc.nat() })
  .map((raw) => normalizeUsage({ ...raw, total_tokens: raw.prompt_tokens + raw.completion_tokens }));

const anyWarning: Arbitrary<Warning> = fc.record({ code: fc.constant("trailing-bytes"), message: word });

/** Any answer that a decoder could give. */
export const anyResponse: Arbitrary<InferenceResponse> = fc
  .record({
    id: word,
    model: word,
    created: option(fc.integer({ min: 1, max: 2_000_000_000 })),
    choices: fc
      .integer({ min: 1, max: 3 })
      .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => anyChoice(i)))),
    usage: option(anyUsage),
    warnings: fc.array(anyWarning, { maxLength: 2 }),
    extra: option(anyExtra),
  })
  .map(({ id, model, choices, warnings, created, usage, extra }) => {
    const [first] = choices;
    if (first === undefined) throw new Error("There is always a first choice");
    const { text, toolCalls, finishReason } = first;
    return { id, model, text, toolCalls, finishReason, choices, warnings, ...present({ created, usage, extra }) };
  });
