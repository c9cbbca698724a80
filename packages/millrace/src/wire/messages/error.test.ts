import { describe, expect, test } from "vitest";
import type { Failure, FailureKind } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../failure/kinds.ts";
import { encodeMessagesError, encodeMessagesErrorEvent } from "./error.ts";

const messageOf = (failure: Failure): unknown => (encodeMessagesError(failure).body["error"] as JsonObject)["message"];

test("an error is told in the dialect's shape", () => {
  const failure = failureOf("bad_request", "No", { param: "max_tokens", upstream: { requestId: "req_1" } });
  expect(encodeMessagesError(failure)).toEqual({
    status: 400,
    headers: { "x-should-retry": "false" },
    body: {
      type: "error",
      error: { type: "invalid_request_error", message: "No", code: "bad_request", param: "max_tokens" },
      request_id: "req_1",
    },
  });
});

test.each<[FailureKind, string]>([
  ["bad_request", "invalid_request_error"],
  ["auth", "authentication_error"],
  ["quota", "billing_error"],
  ["permission", "permission_error"],
  ["model_not_found", "not_found_error"],
  ["rate_limit", "rate_limit_error"],
  ["timeout", "timeout_error"],
  ["server", "api_error"],
  ["truncated", "api_error"],
  ["overloaded", "overloaded_error"],
  ["loading", "overloaded_error"],
])("%s is a %s", (kind, type) => {
  expect(encodeMessagesError(failureOf(kind, "No")).body).toMatchObject({ error: { type } });
});

test("a body that is too large has a type of its own", () => {
  expect(encodeMessagesError(failureOf("bad_request", "No", { status: 413 })).body).toMatchObject({
    error: { type: "request_too_large" },
  });
});

test("when to come back is told", () => {
  expect(encodeMessagesError(failureOf("rate_limit", "No", { retryAfterMs: 1500 })).headers).toEqual({
    "retry-after": "2",
    "retry-after-ms": "1500",
  });
});

describe("an overflow is told in the words that clients know", () => {
  test.each<[string, string, Failure["details"], string]>([
    [
      "with its counts",
      "exceeds the available context size",
      { promptTokens: 9000, contextLength: 4096 },
      "prompt is too long: 9000 tokens > 4096 maximum (exceeds the available context size)",
    ],
    ["without counts", "Too big", {}, "prompt is too long: Too big"],
    [
      "with counts that say otherwise",
      "Too big",
      { promptTokens: 10, contextLength: 20 },
      "prompt is too long: Too big",
    ],
    [
      "as they were",
      "prompt is too long: 5 tokens > 4 maximum",
      { promptTokens: 5, contextLength: 4 },
      "prompt is too long: 5 tokens > 4 maximum",
    ],
    [
      "of another kind, by which they ask for less",
      "input length and `max_tokens` exceed context limit: 188059 + 20000 > 200000, decrease input length",
      { promptTokens: 188_059, contextLength: 200_000 },
      "input length and `max_tokens` exceed context limit: 188059 + 20000 > 200000, decrease input length",
    ],
  ])("%s", (_, message, details, expected) => {
    expect(messageOf(failureOf("context_overflow", message, details === undefined ? {} : { details }))).toBe(expected);
  });
});

test("any other refusal keeps the server's words, for clients look for hints in them", () => {
  const words = 'messages.1: role "system" is not supported on this model';
  expect(messageOf(failureOf("bad_request", words))).toBe(words);
});

test("inside of a stream it is an event of its own name", () => {
  expect(encodeMessagesErrorEvent(failureOf("overloaded", "No"))).toBe(
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"No","code":"overloaded"}}\n\n',
  );
});
