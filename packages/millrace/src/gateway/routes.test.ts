import { describe, expect, test } from "vitest";
import { routeOf } from "./routes.ts";

const chat = { kind: "operation", operation: "chat-completions" };
const embeddings = { kind: "operation", operation: "embeddings" };

describe("paths as people paste them", () => {
  test.each([
    ["/v1/chat/completions", chat],
    ["/chat/completions", chat],
    ["/v1/v1/chat/completions", chat],
    ["/v1/chat/completions/", chat],
    ["//v1//chat/completions", chat],
    ["/v1/chat/completions/chat/completions", chat],
    ["/v1/chat/completions/v1/chat/completions", chat],
    ["/v1/chat/completions/embeddings", embeddings],
    ["/v1/completions", { kind: "operation", operation: "completions" }],
    ["/v1/embeddings", embeddings],
  ])("POST %s", (path, route) => {
    expect(routeOf("POST", path)).toEqual(route);
  });

  test.each([
    ["/v1/models", { kind: "models" }],
    ["/models/", { kind: "models" }],
    ["/v1/chat/completions/models", { kind: "models" }],
    ["/v1/models/fast", { kind: "model", id: "fast" }],
    ["/v1/models/desk/qwen3:8b", { kind: "model", id: "desk/qwen3:8b" }],
    ["/v1/models/desk%2Fqwen3%3A8b", { kind: "model", id: "desk/qwen3:8b" }],
    ["/v1/models/v1/embeddings", { kind: "model", id: "v1/embeddings" }],
    ["/health", { kind: "health" }],
    ["/v1/health", { kind: "health" }],
    ["/ready", { kind: "ready" }],
    ["/", { kind: "root" }],
    ["", { kind: "root" }],
    ["/v1", { kind: "root" }],
    ["/v1/", { kind: "root" }],
  ])("GET and HEAD %s", (path, route) => {
    expect(routeOf("GET", path)).toEqual(route);
    expect(routeOf("HEAD", path)).toEqual(route);
  });
});

test.each(["/v2/chat/completions", "/v1/chat", "/v1/models/%E0%A4%A", "/favicon.ico", "/v1/chat/completionsx"])(
  "%s is unknown",
  (path) => {
    expect(routeOf("GET", path)).toEqual({ kind: "unknown" });
  },
);

test.each([
  ["GET", "/v1/chat/completions", "POST"],
  ["OPTIONS", "/v1/embeddings", "POST"],
  ["POST", "/v1/models", "GET, HEAD"],
  ["DELETE", "/", "GET, HEAD"],
])("%s %s is the wrong method", (method, path, allow) => {
  expect(routeOf(method, path)).toEqual({ kind: "wrong-method", allow });
});
