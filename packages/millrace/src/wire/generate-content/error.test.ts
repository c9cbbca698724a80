import { expect, test } from "vitest";
import type { FailureKind } from "../../model/failure.ts";
import { failureOf } from "../failure/kinds.ts";
import { encodeError } from "./error.ts";

test.each<[FailureKind, number, string, string]>([
  ["auth", 401, "UNAUTHENTICATED", "API_KEY_INVALID"],
  ["permission", 403, "PERMISSION_DENIED", "PERMISSION"],
  ["model_not_found", 404, "NOT_FOUND", "MODEL_NOT_FOUND"],
  ["bad_request", 400, "INVALID_ARGUMENT", "BAD_REQUEST"],
  ["context_overflow", 400, "INVALID_ARGUMENT", "CONTEXT_OVERFLOW"],
  ["rate_limit", 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"],
  ["quota", 402, "RESOURCE_EXHAUSTED", "MODEL_CAPACITY_EXHAUSTED"],
  ["overloaded", 503, "UNAVAILABLE", "OVERLOADED"],
  ["server", 502, "UNAVAILABLE", "SERVER"],
  ["timeout", 504, "DEADLINE_EXCEEDED", "TIMEOUT"],
  ["cancelled", 499, "CANCELLED", "CANCELLED"],
])("%s is %d %s, for the reason %s", (kind, status, word, reason) => {
  const { status: sent, body } = encodeError(failureOf(kind, "No"));
  expect(sent).toBe(status);
  expect(body).toMatchObject({
    error: {
      code: status,
      message: "No",
      status: word,
      details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, metadata: { code: kind } }],
    },
  });
});

test("a hint to wait is a header and a detail, a field is named", () => {
  const failure = failureOf("rate_limit", "Slow down", { retryAfterMs: 1500, param: "contents[0]" });
  const { headers, body } = encodeError(failure);
  expect(headers).toMatchObject({ "retry-after": "2", "retry-after-ms": "1500" });
  expect(JSON.stringify(body)).toContain('"retryDelay":"1.5s"');
  expect(JSON.stringify(body)).toContain('"fieldViolations":[{"field":"contents[0]","description":"Slow down"}]');
});
