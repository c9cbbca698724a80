import type { ConformanceCase } from "./conformance-case.ts";
import { delta, DONE, fin, json, stream, text } from "./replies.ts";

const OK = stream(delta({ role: "assistant", content: "" }), text("ok"), fin(), DONE);
const SAYS_OK = { choices: [{ text: "ok", finish: "stop" }], error: undefined } as const;
const LOADING = json({ error: { message: "Loading model", type: "unavailable_error", code: 503 } }, 503);
const LIMITED = { error: { message: "Slow down", code: "rate_limit_exceeded" } };
const DAY_MS = 86_400_000;

/** How a limit says when to come again, and the milliseconds that it comes to. The run's clock says 2026-01-01. */
const HINTS: readonly (readonly [
  number: number,
  variant: string,
  headers: Readonly<Record<string, string>>,
  ms: number | undefined,
])[] = [
  [76, "seconds", { "retry-after": "2" }, 2000],
  [76, "fraction", { "retry-after": "1.5" }, 1500],
  [76, "HTTP date", { "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30_000],
  [76, "past date", { "retry-after": "Wed, 31 Dec 2025 23:00:00 GMT" }, 0],
  [76, "negative", { "retry-after": "-1" }, undefined],
  [76, "too long", { "retry-after": "999999" }, DAY_MS],
  [76, "garbage", { "retry-after": "soon" }, undefined],
  [77, "milliseconds first", { "retry-after-ms": "250", "retry-after": "1" }, 250],
  [79, "minutes", { "x-ratelimit-reset-tokens": "6m0s" }, 360_000],
  [79, "seconds", { "x-ratelimit-reset-tokens": "7.66s" }, 7660],
  [79, "milliseconds", { "x-ratelimit-reset-tokens": "12ms" }, 12],
  [79, "hours", { "x-ratelimit-reset-requests": "1h2m3s" }, 3_723_000],
  [79, "epoch seconds", { "x-ratelimit-reset": "1767225660" }, 60_000],
  [79, "epoch milliseconds", { "x-ratelimit-reset": "1767225660000" }, 60_000],
  [79, "RFC 3339", { "anthropic-ratelimit-tokens-reset": "2026-01-01T00:01:00Z" }, 60_000],
];

/** Catalogue B, 74–79: when to come again. */
export const WAIT_CASES: readonly ConformanceCase[] = [
  {
    number: 74,
    title: "a server that loads its model is looked at until it is ready, and then gets the request once",
    // Whose health route is the list of models.
    setup: { profile: "openai-compatible", retries: 1 },
    replies: [[...LOADING, { passMs: 500 }], [...LOADING, { passMs: 500 }], json({ data: [] }), OK],
    expected: {
      ...SAYS_OK,
      requests: [
        { method: "POST", path: "/v1/chat/completions" },
        { method: "GET", path: "/v1/models" },
        { method: "GET", path: "/v1/models" },
        { method: "POST", path: "/v1/chat/completions" },
      ],
    },
  },
  {
    number: 74,
    variant: "no retries",
    title: "or, where nobody asked to wait, is told to be loading",
    replies: [LOADING],
    expected: { choices: [], error: { code: "loading", message: /Loading model/ }, requests: [{}] },
    library: { error: { retry: "same" } },
    gateway: { status: 503 },
  },
  {
    number: 75,
    title: "so is a local server that is not even there at first",
    setup: { profile: "llama.cpp", retries: 1 },
    startsAfterMs: 1000,
    replies: [[...LOADING, { passMs: 500 }], json({ status: "ok" }), json({ data: [] }), OK],
    expected: {
      ...SAYS_OK,
      requests: [
        { method: "GET", path: "/health" },
        { method: "GET", path: "/health" },
        { method: "GET", path: "/v1/models" },
        { method: "POST", path: "/v1/chat/completions" },
      ],
    },
  },
  ...HINTS.map(([number, variant, headers, retryAfterMs]): ConformanceCase => ({
    number,
    variant,
    title: `${Object.entries(headers)
      .map((header) => header.join(": "))
      .join(", ")} is ${retryAfterMs === undefined ? "no hint" : `${retryAfterMs} ms`}`,
    replies: [json(LIMITED, 429, headers)],
    expected: { choices: [], error: { code: "rate_limit", retryAfterMs } },
    library: { error: { retry: "same" } },
    gateway: { status: 429 },
  })),
  {
    number: 76,
    variant: "honoured",
    title: "a caller that wants retries waits as long as was said",
    setup: { retries: 1 },
    replies: [[...json(LIMITED, 429, { "retry-after": "2" }), { passMs: 2000 }], OK],
    expected: { requests: [{}, {}] },
    library: SAYS_OK,
    notApplicable: { gateway: "what the server says goes to the client, who decides" },
  },
  {
    number: 78,
    title: "x-should-retry: false forbids it",
    setup: { retries: 2 },
    replies: [json({ error: { message: "boom" } }, 500, { "x-should-retry": "false" })],
    expected: { choices: [], error: { code: "server" }, requests: [{}] },
    library: { error: { retry: "never" } },
    gateway: { status: 500, headers: { "x-should-retry": "false" } },
  },
];
