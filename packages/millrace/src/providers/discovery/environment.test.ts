import { describe, expect, test } from "vitest";
import { findKeys } from "./environment.ts";

describe("keys in the environment", () => {
  test("a well-known variable makes a provider of its profile, and is remembered by name", () => {
    expect(findKeys({ GROQ_API_KEY: "gsk-1" }).providers).toEqual([
      { name: "groq", profile: "groq", apiKey: "gsk-1", source: { kind: "environment", variable: "GROQ_API_KEY" } },
    ]);
  });

  test.each([
    ["OPENAI_API_KEY", "openai"],
    ["MISTRAL_API_KEY", "mistral"],
    ["DEEPSEEK_API_KEY", "deepseek"],
    ["XAI_API_KEY", "xai"],
    ["OPENROUTER_API_KEY", "openrouter"],
    ["TOGETHER_API_KEY", "together"],
    ["GEMINI_API_KEY", "gemini"],
    ["GOOGLE_API_KEY", "gemini"],
  ])("%s is a key of %s", (variable, profile) => {
    expect(findKeys({ [variable]: "k" }).providers.map((provider) => provider.profile)).toEqual([profile]);
  });

  test.each([
    ["https://api.openai.com/v1", "openai"],
    ["https://proxy.example/v1", "openai-compatible"],
  ])(
    "OPENAI_BASE_URL says where OpenAI's API is, and another server is not taken for OpenAI: %s",
    (baseUrl, profile) => {
      const { providers } = findKeys({ OPENAI_API_KEY: "k", OPENAI_BASE_URL: baseUrl });
      expect(providers).toMatchObject([{ name: "openai", profile, baseUrl }]);
    },
  );

  test("a key of Azure is of no use without its endpoint, and the report says so", () => {
    expect(findKeys({ AZURE_OPENAI_API_KEY: "k" })).toEqual({
      providers: [],
      unusable: [{ variable: "AZURE_OPENAI_API_KEY", reason: "Azure OpenAI also needs AZURE_OPENAI_ENDPOINT" }],
    });
    const { providers } = findKeys({ AZURE_OPENAI_API_KEY: "k", AZURE_OPENAI_ENDPOINT: "https://me.openai.azure.com" });
    expect(providers[0]?.baseUrl).toBe("https://me.openai.azure.com");
  });

  test("a variable that cannot be used is reported, and stops nothing else", () => {
    const findings = findKeys({ OPENAI_API_KEY: "k", OPENAI_BASE_URL: "ftp://proxy", GROQ_API_KEY: "k" });
    expect(findings.providers.map(({ name }) => name)).toEqual(["groq"]);
    expect(findings.unusable).toMatchObject([{ variable: "OPENAI_API_KEY", reason: expect.stringMatching(/ftp/) }]);
  });

  test("an empty variable is one that is not set", () => {
    expect(findKeys({ OPENAI_API_KEY: "  " })).toEqual({ providers: [], unusable: [] });
  });
});
