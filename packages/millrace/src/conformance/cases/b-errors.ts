import type { ConformanceCase, Reply } from "./conformance-case.ts";
import type { Expectation } from "./observed.ts";
import { body, json } from "./replies.ts";

const PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>";
const HTML = { "content-type": "text/html" };
const TEXT = { "content-type": "text/plain; charset=utf-8" };
const EMPTY = { "content-length": "0" };

type ErrorFacts = Expectation["error"];

type Retry = "never" | "same" | "elsewhere";

/** A reply that is an error, what it says, the status that a client of the gateway sees, and what may help. */
function refusal(
  [number, variant]: readonly [number, string],
  title: string,
  reply: Reply,
  error: ErrorFacts,
  [status, retry]: readonly [status: number, retry: Retry],
): ConformanceCase {
  return {
    number,
    variant,
    title,
    replies: [reply],
    expected: { choices: [], error: { ...error }, connections: 1 },
    library: { error: { retry, partial: false } },
    gateway: { status },
  };
}

const overflow = "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens";

/** Catalogue B, 40 and 44–56: the forms that errors come in. */
export const ERROR_SHAPE_CASES: readonly ConformanceCase[] = [
  refusal(
    [40, "xAI"],
    "an error with status 200 is an error",
    json({ code: "The model is overloaded", error: "Service temporarily unavailable: server is overloaded" }),
    { code: "overloaded", message: /temporarily unavailable/ },
    [503, "same"],
  ),
  ...[502, 503, 504].map((status) =>
    refusal(
      [44, String(status)],
      `a web page with ${status} is read by its status, and no markup is told`,
      body(PAGE, status, HTML),
      { code: status === 502 ? "server" : status === 503 ? "overloaded" : "timeout", message: /^[^<]*$/ },
      [status, "same"],
    ),
  ),
  refusal(
    [45, "text"],
    "the text of an error is its message",
    body("Internal Server Error", 500, TEXT),
    { code: "server", message: /Internal Server Error/ },
    [500, "same"],
  ),
  refusal(
    [45, "llama.cpp"],
    "also of a handler of last resort",
    body("vector::_M_range_check", 500, TEXT),
    { code: "server", message: /_M_range_check/ },
    [500, "same"],
  ),
  ...(
    [
      [400, "bad_request", "Bad Request", "never"],
      [413, "body_too_large", "Content Too Large", "never"],
      [401, "auth", "Unauthorized", "elsewhere"],
      [500, "server", "Internal Server Error", "same"],
      [503, "overloaded", "Service Unavailable", "same"],
    ] as const
  ).map(([status, code, name, retry]) =>
    refusal(
      [46, String(status)],
      `${status} without a body is told by its name`,
      body("", status, EMPTY),
      { code, message: new RegExp(`${status} ${name}`) },
      [status, retry],
    ),
  ),
  refusal(
    [47, "vLLM"],
    "an error that is only a word",
    json({ error: "Unauthorized" }, 401),
    { code: "auth", message: /Unauthorized/ },
    [401, "elsewhere"],
  ),
  refusal(
    [48, "bad request"],
    "an error text with a type beside it",
    json({ error: "Input validation error: `temperature` must be strictly positive", error_type: "validation" }, 422),
    { code: "bad_request", message: /strictly positive/, upstream: { type: "validation" } },
    [422, "never"],
  ),
  refusal(
    [48, "overflow"],
    "which is an overflow by its words",
    json({ error: `Input validation error: ${overflow}`, error_type: "validation" }, 422),
    { code: "context_overflow" },
    [422, "elsewhere"],
  ),
  refusal(
    [49, "SGLang"],
    "an error whose fields lie flat, under object",
    json({ object: "error", message: "Temperature is too high", type: "BadRequestError", param: null, code: 400 }, 400),
    { code: "bad_request", message: /too high/, upstream: { type: "BadRequestError", code: 400 } },
    [400, "never"],
  ),
  refusal(
    [50, "Cerebras"],
    "an error whose fields lie flat",
    json({ message: "top_k is too high", type: "invalid_request_error", param: "top_k", code: "wrong_value" }, 400),
    { code: "bad_request", message: /too high/, param: "top_k", upstream: { code: "wrong_value" } },
    [400, "never"],
  ),
  refusal(
    [50, "mistral.rs"],
    "or that is only a message",
    json({ message: "No such sampler" }, 422),
    { code: "bad_request", message: /No such sampler/ },
    [422, "never"],
  ),
  refusal(
    [51, "bad request"],
    "an error in an array",
    json([{ error: { code: 400, message: "Unknown role", status: "INVALID_ARGUMENT" } }], 400),
    { code: "bad_request", message: /Unknown role/, upstream: { code: 400, type: "INVALID_ARGUMENT" } },
    [400, "never"],
  ),
  refusal(
    [51, "retry delay"],
    "and the wait in its details",
    json(
      [
        {
          error: {
            code: 429,
            message: "Resource has been exhausted",
            status: "RESOURCE_EXHAUSTED",
            details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" }],
          },
        },
      ],
      429,
    ),
    { code: "rate_limit", retryAfterMs: 34_000 },
    [429, "same"],
  ),
  refusal(
    [52, "path"],
    "FastAPI's detail of a path that is not there",
    json({ detail: "Not Found" }, 404),
    { code: "route_not_found", message: /Not Found/ },
    [404, "elsewhere"],
  ),
  refusal(
    [52, "list"],
    "its list of complaints, with the field of the first",
    json({ detail: [{ type: "missing", loc: ["body", "messages", 0, "content"], msg: "Field required" }] }, 422),
    { code: "bad_request", message: /messages\[0\]\.content: Field required/, param: "messages[0].content" },
    [422, "never"],
  ),
  refusal(
    [53, "MiniMax"],
    "a status inside the body, with choices null",
    json({ base_resp: { status_code: 1008, status_msg: "insufficient balance" }, choices: null }),
    { code: "quota", message: /insufficient balance/, upstream: { code: 1008 } },
    [402, "elsewhere"],
  ),
  refusal(
    [54, "OpenRouter"],
    "an error with its own status, and the failure behind it",
    json({
      error: {
        code: 502,
        message: "Provider returned error",
        metadata: { provider_name: "Acme", raw: '{"error":{"message":"CUDA out of memory"}}' },
      },
    }),
    {
      code: "server",
      message: /Provider returned error/,
      upstream: { status: 502, nested: /Acme.*CUDA out of memory/ },
    },
    [502, "same"],
  ),
  refusal(
    [56, "Anthropic"],
    "an error of Anthropic's form",
    json({ type: "error", error: { type: "overloaded_error", message: "Overloaded" }, request_id: "req_7" }, 529),
    { code: "overloaded", message: /Overloaded/, upstream: { status: 529, type: "overloaded_error" } },
    [529, "same"],
  ),
];
