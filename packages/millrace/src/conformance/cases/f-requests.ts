import type { JsonObject } from "../../model/json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { delta, DONE, fin, json, stream, text } from "./replies.ts";

const OK = stream(delta({ role: "assistant", content: "" }), text("ok"), fin(), DONE);
const SAYS_OK = { choices: [{ text: "ok", finish: "stop" }], error: undefined } as const;
const asked = (body: JsonObject) => ({ call: "stream", body }) as const;
const refused = (message: string, more: JsonObject = {}, status = 400) =>
  json({ error: { message, type: "invalid_request_error", param: null, code: null, ...more } }, status);
const CALL = { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } };
const history = (assistant: JsonObject): JsonObject => ({
  messages: [
    { role: "user", content: "hi" },
    { role: "assistant", ...assistant },
    { role: "tool", tool_call_id: "call_1", content: "4" },
  ],
});

/** Catalogue F, 201–208: what is sent, by what the target takes. */
export const REQUEST_CASES: readonly ConformanceCase[] = [
  {
    number: 201,
    title: "stream_options refused: sent once more without",
    replies: [refused("extra fields not permitted: stream_options", {}, 422), OK],
    expected: {
      ...SAYS_OK,
      requests: [{ body: { stream_options: { include_usage: true } } }, { body: { stream_options: undefined } }],
    },
    library: { warnings: ["parameter-dropped"] },
    gateway: { headers: { "x-millrace-changes": /stream_options dropped/ } },
  },
  {
    number: 202,
    variant: "old name",
    title: "a server that knows only max_tokens gets that",
    setup: { profile: "ollama" },
    ask: asked({ max_completion_tokens: 9 }),
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { max_tokens: 9, max_completion_tokens: undefined } }] },
  },
  {
    number: 202,
    variant: "new name",
    title: "OpenAI gets max_completion_tokens",
    setup: { profile: "openai", apiKey: "sk-test" },
    ask: asked({ model: "gpt-4.1", max_tokens: 9 }),
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { max_completion_tokens: 9, max_tokens: undefined } }] },
  },
  {
    number: 202,
    variant: "never both",
    title: "never both names together",
    setup: { profile: "vllm" },
    ask: asked({ max_tokens: 5, max_completion_tokens: 9 }),
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { max_completion_tokens: 9, max_tokens: undefined } }] },
  },
  {
    number: 202,
    variant: "learned",
    title: "and what a refusal teaches is done",
    ask: asked({ model: "gpt-next", max_tokens: 9 }),
    replies: [
      refused(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        {
          param: "max_tokens",
          code: "unsupported_parameter",
        },
      ),
      OK,
    ],
    expected: { ...SAYS_OK, requests: [{}, { body: { max_completion_tokens: 9, max_tokens: undefined } }] },
  },
  {
    number: 203,
    title: "the developer role becomes system where the server does not know it",
    setup: { profile: "mistral", apiKey: "sk-test" },
    ask: asked({
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: "hi" },
      ],
    }),
    replies: [OK],
    expected: {
      ...SAYS_OK,
      requests: [
        {
          body: {
            messages: [
              { role: "system", content: "Be brief." },
              { role: "user", content: "hi" },
            ],
          },
        },
      ],
    },
    gateway: { headers: { "x-millrace-changes": /messages\[0\]\.role replaced system/ } },
  },
  {
    number: 204,
    title: "an optional parameter that is refused is left out, and that is told",
    ask: asked({ store: true }),
    replies: [refused("Argument not supported on this model: store"), OK],
    expected: { ...SAYS_OK, requests: [{ body: { store: true } }, { body: { store: undefined } }] },
    library: { warnings: ["parameter-dropped"] },
    gateway: { headers: { "x-millrace-changes": /store dropped/ } },
  },
  {
    number: 204,
    variant: "needed",
    title: "the refusal of one that matters is the caller's to see",
    ask: asked({ response_format: { type: "json_object" } }),
    replies: [refused("Unsupported parameter: 'response_format'", { param: "response_format" })],
    expected: { error: { code: "unsupported", param: "response_format" }, requests: [{}] },
    gateway: { status: 400 },
  },
  {
    number: 205,
    variant: "null",
    title: "a turn that only calls tools has null content where that is right",
    ask: asked(history({ content: null, tool_calls: [CALL] })),
    setup: { profile: "vllm" },
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { messages: [{}, { content: null, tool_calls: [CALL] }, {}] } }] },
  },
  {
    number: 205,
    variant: "empty",
    title: "and an empty string where the server wants one",
    ask: asked(history({ content: null, tool_calls: [CALL] })),
    setup: { profile: "ollama" },
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { messages: [{}, { content: "", tool_calls: [CALL] }, {}] } }] },
  },
  {
    number: 206,
    variant: "send",
    title: "reasoning goes back as it came",
    ask: asked(history({ content: null, tool_calls: [CALL], reasoning_content: "Hmm" })),
    setup: { profile: "vllm" },
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { messages: [{}, { reasoning_content: "Hmm" }, {}] } }] },
  },
  {
    number: 206,
    variant: "rename",
    title: "or by the server's own name",
    ask: asked(history({ content: null, tool_calls: [CALL], reasoning_content: "Hmm" })),
    setup: { profile: "ollama" },
    replies: [OK],
    expected: {
      ...SAYS_OK,
      requests: [{ body: { messages: [{}, { reasoning: "Hmm", reasoning_content: undefined }, {}] } }],
    },
  },
  {
    number: 206,
    variant: "omit",
    title: "or not at all",
    ask: asked(history({ content: null, tool_calls: [CALL], reasoning_content: "Hmm" })),
    setup: { requestRules: { reasoningInHistory: "omit" } },
    replies: [OK],
    expected: {
      ...SAYS_OK,
      requests: [{ body: { messages: [{}, { reasoning: undefined, reasoning_content: undefined }, {}] } }],
    },
  },
  {
    number: 207,
    title: "signatures and reasoning details go back byte for byte",
    ask: asked(
      history({
        content: null,
        tool_calls: [{ ...CALL, extra_content: { google: { thought_signature: "c2ln+/=" } } }],
        reasoning_details: [{ type: "reasoning.encrypted", data: "ZW5j", id: "r1", index: 0 }],
      }),
    ),
    replies: [OK],
    expected: {
      ...SAYS_OK,
      requests: [
        {
          body: {
            messages: [
              {},
              {
                tool_calls: [{ ...CALL, extra_content: { google: { thought_signature: "c2ln+/=" } } }],
                reasoning_details: [{ type: "reasoning.encrypted", data: "ZW5j", id: "r1", index: 0 }],
              },
              {},
            ],
          },
        },
      ],
    },
  },
  {
    number: 208,
    title: "half characters and NUL are cleaned out of every text",
    ask: asked({ messages: [{ role: "user", content: "a\ud83db\u0000c" }] }),
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { messages: [{ content: "a\uFFFDbc" }] } }] },
  },
];
