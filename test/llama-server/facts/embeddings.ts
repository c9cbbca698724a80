import type { FactSheet } from "../fact.ts";
import { counted, HELLO } from "./spoken.ts";

const NO_ENTRY = {
  choices: [],
  error: {
    code: "auth",
    message: "upstream: Invalid API Key",
    upstream: { status: 401, type: "authentication_error" },
  },
};
const OPEN_LIST = "older builds list their models without a key";
const TRY_ELSEWHERE = { error: { kind: "auth", retry: "elsewhere" } };
const REFUSED_BY_US = { choices: [], status: 400, connections: 0 };
const used = (tokens: number): { readonly usage: { readonly promptTokens: number; readonly totalTokens: number } } => ({
  usage: { promptTokens: tokens, totalTokens: tokens },
});

export const EMBEDDINGS: FactSheet = {
  file: "09-embeddings-auth.txt",
  server: "embeddings",
  facts: [
    { title: "no key", expected: NO_ENTRY, library: TRY_ELSEWHERE, gateway: { status: 401 } },
    { title: "wrong key", expected: NO_ENTRY, library: TRY_ELSEWHERE, gateway: { status: 401 } },
    {
      title: "health needs no key",
      list: "models needs a key",
      expected: {},
      library: { health: { healthy: false, state: "auth_required" } },
      gateway: { status: 503, extra: { status: "no_provider_answers" } },
      notLive: OPEN_LIST,
    },
    {
      title: "models needs a key",
      expected: {},
      library: { ...NO_ENTRY, error: { ...NO_ENTRY.error, kind: "auth" } },
      // A provider that cannot be listed hides none of the others.
      gateway: { status: 200, models: [] },
      notLive: OPEN_LIST,
    },
    // The model's name is said as it was asked for.
    { title: "float", expected: used(2), recorded: { model: "tiny-embed" } },
    { title: "base64", expected: used(4), recorded: { model: "tiny-embed" } },
    { title: "token array", expected: used(2) },
    { title: "array of token arrays", expected: used(3) },
    { title: "dimensions is ignored", expected: used(2) },
    {
      title: "bad encoding_format",
      ask: { call: "embeddings", request: { input: "hi" } },
      expected: { choices: [], error: { code: "bad_request", message: /Can be either float or base64$/ } },
      gateway: { status: 400 },
      notLive: "millrace sends no other encoding",
    },
    {
      title: "empty string",
      expected: { choices: [], error: { code: "bad_request", message: "upstream: Input content cannot be empty" } },
      gateway: { status: 400 },
    },
    {
      title: "empty array",
      expected: { error: { code: "bad_request" } },
      gateway: { ...REFUSED_BY_US, error: { param: "input", message: "`input` is empty: give at least one text" } },
      notLive: "older builds call it an error of their own",
    },
    {
      title: "no input",
      ask: { call: "embeddings", request: { input: "hi" } },
      expected: { choices: [], error: { code: "bad_request", message: /must be provided$/ } },
      gateway: { status: 400 },
      notLive: "millrace sends no such request",
    },
    {
      title: "input longer than the batch",
      expected: {
        choices: [],
        error: {
          code: "context_overflow",
          message: /input \(100 tokens\) is too large to process/,
          upstream: { status: 500, type: "server_error" },
        },
      },
      library: { error: { kind: "context_overflow", retry: "elsewhere" } },
      gateway: { status: 400 },
    },
    {
      title: "chat on an embeddings server",
      expected: { choices: [{ text: HELLO, finish: "stop" }], model: "tiny-embed", ...counted(20, 15) },
    },
  ],
  notAsked: {
    "x-api-key works too": "the profile sends the key as a bearer token",
  },
};
