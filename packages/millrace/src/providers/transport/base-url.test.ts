import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../model/errors.ts";
import { normalizeBaseUrl } from "./base-url.ts";

describe("Q10, conformance case 214: every way to write a base URL leads to one", () => {
  test.each([
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"],
    ["http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"],
    ["http://127.0.0.1:8080///", "http://127.0.0.1:8080/v1"],
    ["http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"],
    ["http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"],
    ["http://127.0.0.1:8080/v1/v1", "http://127.0.0.1:8080/v1"],
    ["http://127.0.0.1:8080//v1", "http://127.0.0.1:8080/v1"],
    ["http://127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080/v1"],
    ["https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1"],
    ["http://127.0.0.1:8080/v1/models/", "http://127.0.0.1:8080/v1"],
    ["localhost:11434", "http://localhost:11434/v1"],
    ["127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1"],
    ["[::1]:8080", "http://[::1]:8080/v1"],
    ["http://[::1]:8080/v1", "http://[::1]:8080/v1"],
    ["  https://api.openai.com \n", "https://api.openai.com/v1"],
    ["https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1"],
    ["https://openrouter.ai/api", "https://openrouter.ai/api/v1"],
    [
      "https://generativelanguage.googleapis.com/v1beta/openai",
      "https://generativelanguage.googleapis.com/v1beta/openai",
    ],
    ["https://dashscope.aliyuncs.com/compatible-mode/v1", "https://dashscope.aliyuncs.com/compatible-mode/v1"],
    ["https://open.bigmodel.cn/api/paas/v4", "https://open.bigmodel.cn/api/paas/v4"],
    ["https://gateway.example/team-a/llm", "https://gateway.example/team-a/llm/v1"],
  ])("%s → %s", (input, href) => {
    expect(normalizeBaseUrl(input, "/v1").href).toBe(href);
  });

  test.each([
    ["https://api.groq.com", "/openai/v1", "https://api.groq.com/openai/v1"],
    ["https://api.groq.com/openai/", "/openai/v1", "https://api.groq.com/openai/v1"],
    ["https://api.groq.com/openai/v1", "/openai/v1", "https://api.groq.com/openai/v1"],
    [
      "https://generativelanguage.googleapis.com/v1beta",
      "/v1beta/openai",
      "https://generativelanguage.googleapis.com/v1beta/openai",
    ],
    ["https://api.z.ai/api", "/api/paas/v4", "https://api.z.ai/api/paas/v4"],
    ["https://api.z.ai/api/coding/paas/v4", "/api/paas/v4", "https://api.z.ai/api/coding/paas/v4"],
    ["https://api.perplexity.ai/", "", "https://api.perplexity.ai"],
  ])("%s, with %s for a version, → %s", (input, versionSegment, href) => {
    expect(normalizeBaseUrl(input, versionSegment).href).toBe(href);
  });

  test("Azure: the version segment of its profile, deployments and queries are kept", () => {
    expect(normalizeBaseUrl("https://me.openai.azure.com", "/openai/v1").href).toBe(
      "https://me.openai.azure.com/openai/v1",
    );
    expect(normalizeBaseUrl("https://me.openai.azure.com/openai/v1/", "/openai/v1").href).toBe(
      "https://me.openai.azure.com/openai/v1",
    );
    const deployment = normalizeBaseUrl(
      "https://me.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21",
      "/openai/v1",
    );
    expect(deployment.url("/chat/completions")).toBe(
      "https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
    );
  });

  test("query parameters of a call join those of the base", () => {
    const base = normalizeBaseUrl("https://x.example/v1?a=1", "/v1");
    expect(base.url("/models", { "api-version": "2 3" })).toBe("https://x.example/v1/models?a=1&api-version=2+3");
  });

  test.each([
    ["unix:/run/llama.sock", "/run/llama.sock", "http+unix://%2Frun%2Fllama.sock/v1"],
    ["unix:///run/llama.sock", "/run/llama.sock", "http+unix://%2Frun%2Fllama.sock/v1"],
    ["unix:/run/llama.sock:/prefix", "/run/llama.sock", "http+unix://%2Frun%2Fllama.sock/prefix/v1"],
    ["http+unix://%2Frun%2Fllama.sock/v1", "/run/llama.sock", "http+unix://%2Frun%2Fllama.sock/v1"],
  ])("a Unix socket: %s", (input, socketPath, href) => {
    expect(normalizeBaseUrl(input, "/v1")).toMatchObject({ socketPath, href });
  });

  test.each([
    ["ftp://x.example", /scheme ftp:/],
    ["http://", /not a URL/],
    ["", /not a URL/],
    ["http://x.example/#top", /fragment/],
    ["unix:relative.sock", /names no socket file/],
  ])("%j is refused", (input, why) => {
    expect(() => normalizeBaseUrl(input, "/v1")).toThrow(ConfigurationError);
    expect(() => normalizeBaseUrl(input, "/v1")).toThrow(why);
  });

  test("a password in it is refused without being repeated", () => {
    expect(() => normalizeBaseUrl("https://me:hunter2@x.example", "/v1")).toThrow(/user name or password/);
    expect(() => normalizeBaseUrl("https://me:hunter2@x.example", "/v1")).not.toThrow(/hunter2/);
  });
});
