import { describe, expect, test } from "vitest";
import type { FailureKind } from "../../model/failure.ts";
import { callerStatus, failureOf } from "./kinds.ts";

describe("a failure is complete by its kind alone", () => {
  test.each<[FailureKind, string, number, string]>([
    ["auth", "gateway", 401, "elsewhere"],
    ["permission", "gateway", 403, "elsewhere"],
    ["quota", "gateway", 402, "elsewhere"],
    ["rate_limit", "upstream", 429, "same"],
    ["overloaded", "upstream", 503, "same"],
    ["loading", "upstream", 503, "same"],
    ["context_overflow", "client", 400, "elsewhere"],
    ["model_not_found", "client", 404, "elsewhere"],
    ["route_not_found", "gateway", 404, "elsewhere"],
    ["bad_request", "client", 400, "never"],
    ["unsupported", "client", 400, "elsewhere"],
    ["content_filter", "client", 400, "never"],
    ["timeout", "upstream", 504, "same"],
    ["connection", "upstream", 502, "same"],
    ["truncated", "upstream", 502, "same"],
    ["protocol", "upstream", 502, "elsewhere"],
    ["server", "upstream", 502, "same"],
    ["cancelled", "client", 499, "never"],
  ])("%s: fault %s, status %i, retry %s", (kind, fault, status, retry) => {
    expect(failureOf(kind, "words")).toEqual({ kind, fault, code: kind, message: "words", retry, status });
  });

  test("what more is known goes before the table", () => {
    expect(
      failureOf("rate_limit", "m", { fault: "gateway", code: "gateway_full", status: 503, retryAfterMs: 9 }),
    ).toEqual({
      kind: "rate_limit",
      fault: "gateway",
      code: "gateway_full",
      message: "m",
      retry: "same",
      status: 503,
      retryAfterMs: 9,
    });
  });
});

describe("the caller sees the upstream's status where it fits the kind", () => {
  test.each<[FailureKind, number | undefined, number]>([
    ["server", 507, 507],
    ["server", 418, 502],
    ["timeout", 408, 408],
    ["timeout", 524, 524],
    ["timeout", 500, 504],
    ["bad_request", 413, 413],
    ["bad_request", 422, 422],
    ["bad_request", 500, 400],
    ["quota", 429, 429],
    ["model_not_found", 400, 404],
    ["rate_limit", 413, 429],
    ["connection", 503, 502],
    ["auth", undefined, 401],
  ])("%s and %s: %i", (kind, upstream, seen) => {
    expect(callerStatus(kind, upstream)).toBe(seen);
  });
});
