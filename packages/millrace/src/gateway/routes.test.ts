import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KNOWN_PATHS, routeOf } from "./routes.ts";

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
    ["/v1/messages", { kind: "operation", operation: "messages" }],
    ["/messages", { kind: "operation", operation: "messages" }],
    ["/v1/messages/v1/messages", { kind: "operation", operation: "messages" }],
    ["/v1/messages/count_tokens", { kind: "count-tokens", dialect: "messages" }],
    ["/v1/responses", { kind: "operation", operation: "responses" }],
    ["/v1/responses/responses", { kind: "operation", operation: "responses" }],
    ["/v1/responses/input_tokens", { kind: "count-tokens", dialect: "responses" }],
    ["/api/chat", { kind: "operation", operation: "ollama-chat" }],
    ["/v1/api/chat", { kind: "operation", operation: "ollama-chat" }],
    ["/api/generate", { kind: "operation", operation: "ollama-generate" }],
    ["/api/embed", { kind: "operation", operation: "ollama-embed" }],
    ["/api/show", { kind: "ollama", question: "show" }],
    ["/v1beta/openai/chat/completions", chat],
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
    ["/api/tags", { kind: "ollama", question: "tags" }],
    ["/api/version", { kind: "ollama", question: "version" }],
    ["/api/ps", { kind: "ollama", question: "ps" }],
    ["/v1beta/models", { kind: "gemini-models" }],
    ["/v1beta/models/fast", { kind: "gemini-model", id: "fast" }],
    ["/v1beta/models/desk/qwen3:8b", { kind: "gemini-model", id: "desk/qwen3:8b" }],
    ["/v1alpha/models", { kind: "gemini-models" }],
    ["/v1beta1/publishers/google/models", { kind: "gemini-models" }],
    ["/v1beta1/publishers/google/models/fast", { kind: "gemini-model", id: "fast" }],
    ["/v1/publishers/desk/models/fast", { kind: "gemini-model", id: "desk/fast" }],
    ["/v1/responses/resp_1", { kind: "stored-response", id: "resp_1", part: "response" }],
    ["/v1/responses/resp_1/input_items", { kind: "stored-response", id: "resp_1", part: "input_items" }],
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

describe("the paths that people are told", () => {
  test.each(KNOWN_PATHS)("%s leads somewhere", (shown) => {
    const [method = "", path = ""] = shown.split(" ");
    const { kind } = routeOf(method, path.replaceAll(/\{\w+\}/gu, "some"));
    expect(["unknown", "wrong-method"]).not.toContain(kind);
  });

  test("are those of the README", () => {
    const readme = readFileSync(new URL("../../../../README.md", import.meta.url), "utf8");
    const endpoints = /^\| Endpoints \|.*$/mu.exec(readme)?.[0] ?? "";
    const told = [...endpoints.matchAll(/`([/:][^`]+)`/gu)].map(([, path = ""]) => path);
    const short = (path: string): string => path.replace(/^.*(?=:)/u, "");
    const paths = KNOWN_PATHS.map((shown) => shown.replace(/^\w+ /u, ""));
    expect(new Set(told.map(short))).toEqual(new Set(paths.map(short)));
  });
});

describe("Gemini's paths, which name the model", () => {
  const called = (operation: string, model: string, stream: boolean): object => ({
    kind: "operation",
    operation,
    named: { model, stream },
  });

  test.each([
    ["/v1beta/models/fast:generateContent", "", called("generate-content", "fast", false)],
    ["/v1/models/desk/qwen3:8b:generateContent", "", called("generate-content", "desk/qwen3:8b", false)],
    ["/v1beta/models/desk%2Fq:generateContent", "", called("generate-content", "desk/q", false)],
    ["/v1beta/models/fast:streamGenerateContent", "alt=sse&key=k", called("generate-content", "fast", true)],
    ["/v1beta/models/fast:streamGenerateContent", "", called("generate-content-array", "fast", true)],
    ["/v1beta/models/e:embedContent", "", called("embed-content", "e", false)],
    ["/v1beta/models/e:batchEmbedContents", "", called("batch-embed-contents", "e", false)],
    ["/v1beta/models/fast:countTokens", "", { kind: "count-tokens", dialect: "generate-content", model: "fast" }],
    [
      "/v1/projects/p/locations/eu/publishers/google/models/fast:generateContent",
      "",
      called("generate-content", "fast", false),
    ],
    ["/v1beta1/publishers/google/models/fast:generateContent", "", called("generate-content", "fast", false)],
    [
      "/v1beta1/publishers/desk/models/fast:streamGenerateContent",
      "alt=sse",
      called("generate-content", "desk/fast", true),
    ],
    ["/v1/models/fast:streamGenerateContent", "alt=sse", called("generate-content", "fast", true)],
    ["/v1/models/e:embedContent", "", called("embed-content", "e", false)],
    ["/v1/models/e:batchEmbedContents", "", called("batch-embed-contents", "e", false)],
    ["/v1/models/fast:countTokens", "", { kind: "count-tokens", dialect: "generate-content", model: "fast" }],
  ])("POST %s?%s", (path, query, route) => {
    expect(routeOf("POST", path, query)).toEqual(route);
  });

  test.each(["x-goog-api-key", "x-goog-api-client"])(
    "lists at OpenAI's places are Gemini's for who sends %s",
    (name) => {
      const headers = { [name]: "google-genai-sdk/3.3.0 gl-node/v24" };
      expect(routeOf("GET", "/v1/models", "", headers)).toEqual({ kind: "gemini-models" });
      expect(routeOf("GET", "/v1/models/desk/fast", "", headers)).toEqual({ kind: "gemini-model", id: "desk/fast" });
      expect(routeOf("POST", "/v1/chat/completions", "", headers)).toEqual(chat);
      expect(routeOf("GET", "/v1/models", "", { authorization: "Bearer k" })).toEqual({ kind: "models" });
    },
  );

  test("an unknown method is none", () => {
    expect(routeOf("POST", "/v1beta/models/fast:constructor")).toMatchObject({ kind: "wrong-method" });
  });
});
