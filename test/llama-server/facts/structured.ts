import { events, type FactSheet, streamed } from "../fact.ts";
import { ADA, ADA_PIECES, counted } from "./spoken.ts";

const SAYS_ADA = { choices: [{ text: ADA, toolCalls: [], finish: "stop" }] };
const REFUSED = {
  choices: [],
  error: { code: "bad_request", upstream: { status: 400, type: "invalid_request_error" } },
};

/** The server's own fields, `id` and `bytes`, stay. */
const FIRST_TWO_TOKENS = [
  { id: 430, token: '{"n', bytes: [123, 34, 110] },
  { id: 431, token: 'ame":', bytes: [97, 109, 101, 34, 58] },
];

export const STRUCTURED: FactSheet = {
  file: "05-structured.txt",
  server: "chat",
  facts: [
    {
      title: "json_schema",
      expected: SAYS_ADA,
      library: { ...counted(20, 8), ...events(...streamed("text-delta", ADA_PIECES)) },
    },
    {
      title: "json_schema against a model that wants prose",
      expected: {
        choices: [{ text: '{"ok":true}', reasoning: "Two and two make four, surely.\n", finish: "stop" }],
        ...counted(20, 24),
      },
      notLive: "where the grammar forbids what the script says, chance decides what is said in its place",
    },
    { title: "json_object", expected: { ...SAYS_ADA, ...counted(20, 8) } },
    {
      title: "unknown response_format type",
      expected: { ...REFUSED, error: { ...REFUSED.error, message: /response_format type must be one of .*xml$/ } },
      library: { error: { kind: "bad_request", retry: "never" } },
      gateway: { status: 400 },
    },
    {
      title: "bad schema",
      expected: { ...REFUSED, error: { ...REFUSED.error, message: /Unable to generate parser.*#\/nope/ } },
      gateway: { status: 400 },
    },
    {
      title: "logprobs",
      expected: {
        choices: [{ text: '{"name":', finish: "length", logprobs: { content: FIRST_TWO_TOKENS } }],
        ...counted(20, 2),
      },
    },
    {
      title: "logprobs stream",
      expected: { choices: [{ text: '{"name":', finish: "length", logprobs: { content: FIRST_TWO_TOKENS } }] },
      library: { ...events("logprobs", 'text-delta {"n', "logprobs", 'text-delta ame":') },
    },
    {
      title: "logprobs + tools + stream is refused",
      expected: {
        choices: [],
        error: { code: "unsupported", message: "upstream: logprobs is not supported with tools + stream" },
      },
      library: { error: { kind: "unsupported", retry: "elsewhere" } },
      gateway: { status: 400 },
    },
  ],
};
