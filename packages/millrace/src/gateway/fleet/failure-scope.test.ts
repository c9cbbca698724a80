import { describe, expect, test } from "vitest";
import type { Failure, FailureKind } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { type FailureScope, scopeOf, showsPresence } from "./failure-scope.ts";

type More = Parameters<typeof failureOf>[2];

test.each<[FailureKind, FailureScope, More?]>([
  ["connection", "provider"],
  ["timeout", "provider", { timeoutPhase: "connect" }],
  ["timeout", "target", { timeoutPhase: "first_byte" }],
  ["timeout", "target", { timeoutPhase: "first_content" }],
  ["timeout", "target", { timeoutPhase: "idle", partial: true }],
  ["timeout", "target"],
  ["server", "target"],
  ["server", "target", { partial: true }],
  ["overloaded", "target"],
  ["truncated", "target"],
  ["protocol", "target"],
  ["auth", "credential"],
  ["quota", "credential"],
  ["permission", "credential-for-model"],
  ["rate_limit", "credential-for-model"],
  ["model_not_found", "model"],
  ["loading", "loading"],
  ["bad_request", "none"],
  ["content_filter", "none"],
  ["context_overflow", "none"],
  ["unsupported", "none"],
  ["route_not_found", "none"],
  ["cancelled", "none"],
  ["connection", "none", { fault: "gateway", code: "provider_closed" }],
  ["server", "none", { fault: "gateway", code: "internal_error" }],
])("%s says something of: %s (%o)", (kind, scope, more) => {
  expect(scopeOf(failureOf(kind, "", more))).toBe(scope);
});

describe("the server was there", () => {
  test.each<[string, boolean, Failure]>([
    ["when it answered with a status", true, failureOf("auth", "", { upstream: { status: 401 } })],
    ["when its reply broke off", true, failureOf("truncated", "")],
    ["when it fell silent in the middle", true, failureOf("timeout", "", { timeoutPhase: "idle" })],
    ["not for certain when nothing came at all", false, failureOf("timeout", "", { timeoutPhase: "first_byte" })],
    ["not when there was no connection", false, failureOf("connection", "")],
  ])("%s", (_, expected, failure) => {
    expect(showsPresence(failure)).toBe(expected);
  });
});
