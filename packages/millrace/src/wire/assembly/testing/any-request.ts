import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { ContentPart, Message } from "../../../model/message.ts";
import type { InferenceRequest } from "../../../model/request.ts";
import type { ToolChoice, ToolDefinition } from "../../../model/tool.ts";
import { present } from "../../failure/present.ts";
import { finishCall } from "../finish-call.ts";

const word: Arbitrary<string> = fc.stringMatching(/^[a-z]{1,8}$/u);
const prose: Arbitrary<string> = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !text.includes("\0"));
const option = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
/** Fields nobody knows, by names that nobody has. */
const extra = fc.dictionary(
  word.map((name) => `x_${name}`),
  fc.oneof(fc.integer(), fc.boolean(), prose),
  { minKeys: 1, maxKeys: 3 },
);

const part: Arbitrary<ContentPart> = fc.oneof(
  prose.map((text) => ({ type: "text", text }) as const),
  fc
    .record({ url: fc.webUrl(), detail: option(fc.constantFrom("low", "high", "auto")), extra: option(extra) })
    .map(({ url, ...rest }) => ({ type: "image", url, ...present(rest) }) as const),
  fc.record({ data: fc.base64String(), format: word }).map((audio) => ({ type: "audio", ...audio }) as const),
  fc.record({ file_id: word }).map((file) => ({ type: "file", file }) as const),
  prose.map((refusal) => ({ type: "refusal", refusal }) as const),
  extra.map((fields) => ({ type: "opaque", raw: { type: "x_part", ...fields } }) as const),
);

const call = fc
  .record({ id: word, name: word, text: fc.constantFrom("{}", '{"a":1}', "not json", "[1]"), custom: fc.boolean() })
  .map(
    ({ id, name, text, custom }) =>
      finishCall({ id, name, arguments: text, type: custom ? "custom" : "function" }, false).call,
  );

const content = fc.oneof(prose, fc.array(part, { minLength: 1, maxLength: 4 }));

const message: Arbitrary<Message> = fc.oneof(
  fc
    .record({ role: fc.constantFrom("system", "developer", "user"), content, name: option(word), extra: option(extra) })
    .map(({ role, content: said, ...rest }) => ({ role, content: said, ...present(rest) })),
  fc
    .record({
      content: fc.option(content),
      toolCalls: option(fc.array(call, { minLength: 1, maxLength: 3 })),
      reasoning: option(prose),
      reasoningDetails: option(fc.array(extra, { minLength: 1, maxLength: 2 })),
      refusal: option(prose),
    })
    .map(({ content: said, ...rest }) => ({ role: "assistant", content: said, ...present(rest) }) as const),
  fc.record({ content, toolCallId: word }).map((result) => ({ role: "tool", ...result }) as const),
);

const tool: Arbitrary<ToolDefinition> = fc
  .record({
    name: word,
    description: option(prose),
    parameters: option(fc.constant({ type: "object", properties: { a: { $ref: "#/$defs/a" } } })),
    strict: option(fc.boolean()),
  })
  .map(({ name, ...rest }) => ({ name, ...present(rest) }));

const choice: Arbitrary<ToolChoice> = fc.oneof(
  fc.constantFrom("auto", "none", "required"),
  word.map((name) => ({ name })),
);

const parameters = fc.record({
  maxTokens: option(fc.integer({ min: 1, max: 9999 })),
  temperature: option(fc.constantFrom(0, 0.5, 2)),
  topP: option(fc.constantFrom(0.1, 1)),
  stop: option(fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 }))),
  seed: option(fc.integer()),
  n: option(fc.integer({ min: 1, max: 4 })),
  logitBias: option(fc.dictionary(word, fc.integer(), { minKeys: 1, maxKeys: 2 })),
  logprobs: option(fc.boolean()),
  reasoningEffort: option(word),
  modalities: option(fc.array(word, { minLength: 1, maxLength: 2 })),
  user: option(word),
  metadata: option(extra),
  store: option(fc.boolean()),
  serviceTier: option(word),
  responseFormat: option(
    fc.constantFrom(
      { type: "text" } as const,
      { type: "json_object" } as const,
      { type: "json_schema", name: "s", schema: { type: "object" }, strict: true } as const,
    ),
  ),
  extra: option(extra),
});

/** Any question that a caller could put, with its conversation as messages. */
export const anyRequest: Arbitrary<InferenceRequest> = fc
  .record({
    model: word,
    messages: fc.array(message, { minLength: 1, maxLength: 6 }),
    tools: option(fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: ({ name }) => name })),
    toolChoice: option(choice),
    parallelToolCalls: option(fc.boolean()),
    rest: parameters,
  })
  .map(({ model, messages, tools, toolChoice, parallelToolCalls, rest }) => ({
    model,
    messages,
    ...present(rest),
    // A choice among no tools is left out when it is written.
    ...(tools && { tools, ...present({ toolChoice, parallelToolCalls }) }),
  }));
