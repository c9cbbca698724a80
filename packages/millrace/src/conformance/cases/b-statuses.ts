import type { ConformanceCase } from "./conformance-case.ts";
import type { Expectation } from "./observed.ts";
import { body, delta, DONE, fin, head, json, stream, text } from "./replies.ts";

const OK = stream(text("ok"), fin(), DONE);
const SAYS_OK = { choices: [{ text: "ok", finish: "stop" }], error: undefined } as const;
const KEY = "sk-test-0123456789";
const says = (message: string, more: object = {}) => ({ error: { message, ...more } });
const moved = (status: number, location: string) => [{ send: head(status, { location, "content-length": "0" }) }];

/** A status and the body with it, what is told of them, and what a client of the gateway sees. */
interface StatusRow {
  readonly number: number;
  readonly variant: string;
  readonly title: string;
  readonly status: number;
  readonly body: object | string;
  readonly error: Expectation["error"];
  readonly retry: "never" | "same" | "elsewhere";
  /** Where it is not the status itself. */
  readonly clientStatus?: number;
}

/** Of statuses that may pass and say more than that the server failed. */
const CODES_THAT_PASS: Readonly<Record<number, string>> = {
  408: "timeout",
  409: "conflict",
  425: "too_early",
  504: "timeout",
  522: "timeout",
  524: "timeout",
  529: "overloaded",
};

const ROWS: readonly StatusRow[] = [
  {
    number: 63,
    variant: "model",
    title: "404 for a model that is not there",
    status: 404,
    body: says("The model `m` does not exist", { type: "invalid_request_error", code: "model_not_found" }),
    error: { code: "model_not_found", upstream: { code: "model_not_found" } },
    retry: "elsewhere",
  },
  {
    number: 63,
    variant: "path",
    title: "404 for a path that is not there",
    status: 404,
    body: says("File Not Found", { type: "not_found_error", code: 404 }),
    error: { code: "route_not_found" },
    retry: "elsewhere",
  },
  {
    number: 63,
    variant: "method",
    title: "405",
    status: 405,
    body: { detail: "Method Not Allowed" },
    error: { code: /^(route_not_found|method_not_allowed)$/ },
    retry: "elsewhere",
  },
  {
    number: 64,
    variant: "llama.cpp",
    title: "400 for a model that is not there",
    status: 400,
    body: says("model 'x' not found", { type: "invalid_request_error", code: 400 }),
    error: { code: "model_not_found" },
    retry: "elsewhere",
    clientStatus: 404,
  },
  ...([408, 409, 425, 500, 502, 504, 520, 521, 522, 523, 524, 525, 526, 529] as const).map((status): StatusRow => ({
    number: 66,
    variant: String(status),
    title: `${status} may pass`,
    status,
    body: says("Not now"),
    error: { code: CODES_THAT_PASS[status] ?? "server" },
    retry: "same",
  })),
  {
    number: 67,
    variant: "nginx",
    title: "413 as a web page: the body is too large",
    status: 413,
    body: "<html><head><title>413 Request Entity Too Large</title></head></html>",
    error: { code: "body_too_large" },
    retry: "never",
  },
  {
    number: 67,
    variant: "Anthropic",
    title: "413 request_too_large: the context is too long",
    status: 413,
    body: { type: "error", error: { type: "request_too_large", message: "Request exceeds the maximum size" } },
    error: { code: "context_overflow" },
    retry: "elsewhere",
  },
  {
    number: 67,
    variant: "Groq",
    title: "413 with tokens per minute: a rate limit",
    status: 413,
    body: says("Request too large for model on tokens per minute (TPM): Limit 6000, Requested 7000", {
      type: "tokens",
      code: "rate_limit_exceeded",
    }),
    error: { code: "rate_limit" },
    retry: "same",
    clientStatus: 429,
  },
  {
    number: 68,
    variant: "Mistral",
    title: "422 with a list of complaints",
    status: 422,
    body: {
      object: "error",
      message: { detail: [{ loc: ["body", "n"], msg: "too many" }] },
      type: "invalid",
      code: null,
    },
    error: { code: "bad_request", message: /n: too many/ },
    retry: "never",
  },
  {
    number: 69,
    variant: "limit",
    title: "429 for a rate",
    status: 429,
    body: says("Rate limit reached", { type: "requests", code: "rate_limit_exceeded" }),
    error: { code: "rate_limit" },
    retry: "same",
  },
  {
    number: 69,
    variant: "quota",
    title: "429 for a quota that is used up, which waiting does not fill",
    status: 429,
    body: says("You exceeded your current quota", { type: "insufficient_quota", code: "insufficient_quota" }),
    error: { code: "quota" },
    retry: "elsewhere",
  },
  {
    number: 70,
    variant: "DeepSeek",
    title: "402",
    status: 402,
    body: says("Insufficient Balance", { type: "unknown_error", code: "invalid_request_error" }),
    error: { code: "quota" },
    retry: "elsewhere",
  },
  {
    number: 71,
    variant: "498",
    title: "498: no capacity",
    status: 498,
    body: says("Flex tier capacity exceeded", { code: "capacity_exceeded" }),
    error: { code: "overloaded" },
    retry: "same",
    clientStatus: 503,
  },
  {
    number: 71,
    variant: "499",
    title: "499: the server was told that its caller had left",
    status: 499,
    body: { error: "client closed request" },
    error: { code: "cancelled" },
    retry: "never",
  },
  {
    number: 72,
    variant: "llama.cpp",
    title: "500 for a request of ours that is no JSON",
    status: 500,
    body: says("[json.exception.parse_error.101] parse error at line 1, column 9", { code: 500, type: "server_error" }),
    error: { code: "bad_request" },
    retry: "never",
    clientStatus: 400,
  },
];

/** Catalogue B, 59–73: redirects, and what statuses say. */
export const STATUS_CASES: readonly ConformanceCase[] = [
  ...[307, 308].map((status): ConformanceCase => ({
    number: 59,
    variant: String(status),
    title: `${status} to the same origin is followed with everything`,
    setup: { apiKey: KEY },
    replies: [moved(status, "/v1/chat/completions/"), OK],
    expected: {
      ...SAYS_OK,
      requests: [
        { path: "/v1/chat/completions" },
        {
          method: "POST",
          path: "/v1/chat/completions/",
          headers: { authorization: `Bearer ${KEY}` },
          body: { model: "m" },
        },
      ],
    },
  })),
  {
    number: 59,
    variant: "for ever",
    title: "but not for ever",
    replies: [moved(307, "/v1/chat/completions")],
    expected: { choices: [], error: { code: "protocol", message: /redirects more than 5 times/ } },
    gateway: { status: 502 },
  },
  ...[301, 302, 303].map((status): ConformanceCase => ({
    number: 60,
    variant: String(status),
    title: `${status} would lose the request: it is not followed, and its target is named`,
    replies: [moved(status, "/login")],
    expected: { choices: [], error: { code: "protocol", message: /\/login \(30\d\)/ }, requests: [{}] },
    gateway: { status: 502 },
  })),
  ...[302, 307].map((status): ConformanceCase => ({
    number: 61,
    variant: String(status),
    title: `${status} to another origin is not followed, for the key's sake`,
    setup: { apiKey: KEY },
    replies: [moved(status, "http://127.0.0.1:9/v1/chat/completions")],
    expected: { choices: [], error: { code: "protocol", message: /127\.0\.0\.1:9/ }, requests: [{}] },
    gateway: { status: 502 },
  })),
  ...(
    [
      [401, "auth"],
      [403, "permission"],
    ] as const
  ).map(([status, code]): ConformanceCase => ({
    number: 62,
    variant: String(status),
    title: `${status} is not tried again, and the key is not told`,
    setup: { apiKey: KEY, retries: 2 },
    replies: [json(says(`Access denied with ${KEY}`), status)],
    expected: { choices: [], error: { code, message: /^(?!.*sk-test-0)/ }, requests: [{}] },
    library: { error: { kind: code, upstream: { message: /^(?!.*sk-test-0)/ } } },
    gateway: { status },
  })),
  {
    number: 65,
    title: "another model than the one that was asked for may answer, and both are named",
    replies: [stream(delta({ content: "ok" }, {}, { model: "tiny" }), fin("stop", {}, { model: "tiny" }), DONE)],
    expected: { ...SAYS_OK, model: "tiny" },
    library: { warnings: ["model-mismatch"] },
    gateway: { headers: { "x-millrace-target": "upstream/m" } },
  },
  ...ROWS.map((row): ConformanceCase => {
    const isPage = typeof row.body === "string";
    return {
      number: row.number,
      variant: row.variant,
      title: row.title,
      replies: [
        isPage
          ? body(String(row.body), row.status, { "content-type": "text/html" })
          : body(JSON.stringify(row.body), row.status, { "content-type": "application/json" }),
      ],
      expected: { choices: [], error: { ...row.error }, requests: [{}] },
      library: { error: { retry: row.retry, partial: false } },
      gateway: { status: row.clientStatus ?? row.status },
    };
  }),
  {
    number: 73,
    title: "500 for an input that is too long to embed",
    ask: { call: "embeddings", request: { input: "a" } },
    replies: [
      json(
        says("input (100 tokens) is too large to process. increase the physical batch size (current batch size: 64)", {
          code: 500,
          type: "server_error",
        }),
        500,
      ),
    ],
    expected: { error: { code: "context_overflow" } },
    gateway: { status: 400 },
  },
];
