import { describe, expect, test } from "vitest";
import type { Failure, FailureKind } from "../../model/failure.ts";
import { failureOf } from "../failure/kinds.ts";
import { encodeResponsesError, errorFields, failedError } from "./error.ts";

const failed = (kind: FailureKind, message = "M.", more: Partial<Failure> = {}): ReturnType<typeof failedError> =>
  failedError(failureOf(kind, message, more));

describe("what Codex reads of a response that failed", () => {
  test.each<[FailureKind, string]>([
    ["context_overflow", "context_length_exceeded"],
    ["quota", "insufficient_quota"],
    ["overloaded", "server_is_overloaded"],
    ["rate_limit", "rate_limit_exceeded"],
    ["bad_request", "invalid_prompt"],
    ["content_filter", "invalid_prompt"],
    ["auth", "invalid_prompt"],
    ["truncated", "server_error"],
    ["loading", "server_error"],
  ])("%s is %s", (kind, code) => {
    expect(failed(kind)).toEqual({ code, message: "M." });
  });

  test.each(["cyber_policy", "usage_not_included", "invalid_prompt"])("the server's own %s stays", (code) => {
    expect(failed("server", "M.", { upstream: { code } }).code).toBe(code);
  });

  test("a code of the server's that clients do not know is replaced", () => {
    expect(failed("server", "M.", { upstream: { code: "E42" } }).code).toBe("server_error");
  });

  test("how long to wait is in the message, once", () => {
    expect(failed("rate_limit", "Slow down", { retryAfterMs: 1500 }).message).toBe(
      "Slow down. Please try again in 1.5s.",
    );
    const said = "Limit reached. Please try again in 3s.";
    expect(failed("rate_limit", said, { retryAfterMs: 3000 }).message).toBe(said);
    expect(failed("server", "M.", { retryAfterMs: 1500 }).message).toBe("M.");
  });
});

test("an error event has its fields both where SDKs and where the documentation has them", () => {
  expect(errorFields(failureOf("bad_request", "M.", { param: "input" }))).toEqual({
    code: "invalid_prompt",
    message: "M.",
    param: "input",
    error: { code: "invalid_prompt", message: "M.", param: "input", type: "invalid_request_error" },
  });
});

test.each<[FailureKind, Partial<Failure>, string]>([
  ["context_overflow", {}, "context_length_exceeded"],
  ["rate_limit", {}, "rate_limit_exceeded"],
  ["rate_limit", { code: "too_many_in_flight" }, "too_many_in_flight"],
  ["overloaded", {}, "server_is_overloaded"],
  ["loading", {}, "loading"],
  ["bad_request", { code: "invalid_value" }, "invalid_value"],
])("as a reply, %s %j has the code %s", (kind, more, code) => {
  const failure = failureOf(kind, "M.", more);
  expect(encodeResponsesError(failure)).toMatchObject({
    status: failure.status,
    body: { error: { code, message: "M." } },
  });
});
