import type { Expectation } from "../../../packages/millrace/src/conformance/cases/observed.ts";
import type { FactSheet } from "../fact.ts";
import { ADA, counted, HELLO, QUESTION } from "./spoken.ts";

const SAYS_HELLO = { choices: [{ text: HELLO, finish: "stop" }] };
const SAYS_ADA = { choices: [{ text: ADA, finish: "stop" }], ...counted(20, 8) };
const NEVER_SENT = "millrace sends no such request";
const REFUSED_BY_US = { choices: [], status: 400, connections: 0 };

const OVERFLOW: Expectation = {
  choices: [],
  error: {
    code: "context_overflow",
    message: /request \(6019 tokens\) exceeds the available context size \(2048 tokens\)/,
    upstream: { status: 400, type: "exceed_context_size_error" },
  },
};
const WHEN_FULL = { error: { kind: "context_overflow", retry: "elsewhere", partial: false } };

/** The server's 500 for what is the caller's fault. */
const NO_JSON = {
  choices: [],
  error: { code: "bad_request", message: /parse error at line 1/, upstream: { status: 500, type: "server_error" } },
};

export const ERRORS: FactSheet = {
  file: "06-errors.txt",
  server: "chat",
  facts: [
    { title: "context overflow, stream", expected: OVERFLOW, library: WHEN_FULL, gateway: { status: 400 } },
    { title: "context overflow, non-stream", expected: OVERFLOW, library: WHEN_FULL, gateway: { status: 400 } },
    {
      title: "invalid JSON",
      ask: { call: "stream", body: QUESTION },
      expected: NO_JSON,
      library: { error: { kind: "bad_request", retry: "never" } },
      gateway: { status: 400 },
      notLive: NEVER_SENT,
    },
    {
      title: "empty body",
      ask: { call: "whole", body: QUESTION },
      expected: NO_JSON,
      gateway: { status: 400 },
      notLive: NEVER_SENT,
    },
    {
      title: "messages missing",
      ask: { call: "whole", body: QUESTION },
      expected: { choices: [], error: { code: "bad_request", message: "upstream: 'messages' is required" } },
      gateway: { status: 400 },
      notLive: NEVER_SENT,
    },
    {
      title: "messages empty",
      expected: {},
      library: { ...SAYS_HELLO, ...counted(11, 15) },
      gateway: {
        ...REFUSED_BY_US,
        error: { param: "messages", message: "`messages` is empty: give at least one message" },
      },
    },
    {
      title: "messages not an array",
      ask: { call: "whole", body: QUESTION },
      expected: {
        choices: [],
        error: { code: "bad_request", message: "upstream: Expected 'messages' to be an array" },
      },
      gateway: { status: 400 },
      notLive: NEVER_SENT,
    },
    { title: "unknown role", expected: { ...SAYS_HELLO, ...counted(11, 15) } },
    {
      title: "unknown content part",
      expected: { choices: [], error: { code: "unsupported", message: "upstream: unsupported content[].type" } },
      library: { error: { kind: "unsupported", retry: "elsewhere" } },
      gateway: { status: 400 },
    },
    {
      // A 500 that is no failure of the server.
      title: "image without a projector",
      expected: {
        choices: [],
        error: { code: "unsupported", message: /image input is not supported/, upstream: { status: 500 } },
      },
      library: { error: { kind: "unsupported", retry: "elsewhere" } },
      gateway: { status: 400 },
    },
    {
      title: "temperature as a string",
      expected: {},
      library: { error: { code: "bad_request", retry: "never", message: /type must be number, but is string$/ } },
      gateway: {
        ...REFUSED_BY_US,
        error: { param: "temperature", message: "`temperature` must be a number, not a string" },
      },
    },
    {
      title: "max_tokens negative",
      expected: {
        choices: [],
        error: { code: "bad_request", message: /Value must be between -1 <= value .* got -5$/ },
      },
      gateway: { status: 400 },
    },
    { title: "unknown field", expected: SAYS_ADA, gateway: { status: 200 } },
    {
      title: "embeddings not enabled",
      expected: {
        choices: [],
        error: {
          code: "unsupported",
          message: /does not support embeddings/,
          upstream: { status: 501, type: "not_supported_error" },
        },
      },
      library: { error: { kind: "unsupported", retry: "elsewhere" } },
      gateway: { status: 501 },
    },
    { title: "wrong content type", expected: SAYS_ADA },
  ],
  notAsked: {
    "wrong method": "the gateway has a list of its own of what a path takes",
    "unknown path": "the gateway has a list of its own of what a path takes",
    "legacy completion stream": "checked in llama-server.test.ts: the library has no such call",
  },
};
