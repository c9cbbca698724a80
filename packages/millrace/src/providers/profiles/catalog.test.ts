import { describe, expect, test } from "vitest";
import { normalizeBaseUrl } from "../transport/base-url.ts";
import { PROFILES, profileOf } from "./catalog.ts";

const all = [...PROFILES.values()];

describe("every profile", () => {
  test.each(all)("$id is complete and consistent", (profile) => {
    expect(PROFILES.get(profile.id)).toBe(profile);
    expect(profile.operations.length).toBeGreaterThan(0);
    expect(profile.health.path).toMatch(/^\//);
    if (profile.defaultBaseUrl !== undefined) {
      const base = normalizeBaseUrl(profile.defaultBaseUrl, profile.versionSegment);
      expect(base.href.endsWith(profile.versionSegment) || base.href.endsWith("/openai")).toBe(true);
    }
    for (const word of profile.chat.request.refusedParameters) expect(word).toMatch(/^[a-z_]+$/);
  });

  test.each(all.filter(({ local }) => local))("$id, a local server, is always asked to stream", (profile) => {
    // A dropped request that does not stream keeps generating on most of them.
    expect(profile.streamUpstream).toBe(true);
  });

  test("no two share an id, an alias or a key variable", () => {
    const names = all.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    const variables = all.flatMap(({ auth }) => auth.keyVariables);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test("the first set is there", () => {
    expect([...PROFILES.keys()]).toEqual(
      expect.arrayContaining(
        "openai-compatible openai llama.cpp ollama vllm lmstudio localai groq mistral deepseek xai openrouter together gemini-openai azure-openai".split(
          " ",
        ),
      ),
    );
  });

  test.each([
    ["LlamaCpp", "llama.cpp"],
    ["GROK", "xai"],
    ["lm-studio", "lmstudio"],
    ["nonsense", undefined],
  ])("%s is the profile %s", (name, id) => {
    expect(profileOf(name)?.id).toBe(id);
  });
});

describe("what is known of a server is in its profile", () => {
  const rules = (id: string) => {
    const profile = PROFILES.get(id);
    if (!profile) throw new Error(`no profile ${id}`);
    return profile;
  };

  test.each(["ollama", "mistral", "deepseek", "together", "lmstudio", "openai-compatible"])(
    "case 202: %s knows only max_tokens",
    (id) => expect(rules(id).chat.request.tokenLimitField).toBe("max_tokens"),
  );

  test("case 202, Q5: OpenAI's reasoning models refuse max_tokens and sampling parameters", () => {
    const { request } = rules("openai").chat;
    expect(request.tokenLimitField).toBe("max_completion_tokens");
    expect(request.reasoningModels).toEqual(expect.arrayContaining(["o1", "gpt-5"]));
    expect(request.refusedByReasoningModels).toEqual(expect.arrayContaining(["temperature", "top_p"]));
  });

  test.each(["mistral", "deepseek", "xai", "sglang", "ollama"])("case 203: %s has no developer role", (id) => {
    expect(rules(id).chat.request.developerRole).toBe("system");
  });

  test.each(["openai", "azure-openai", "openrouter", "llama.cpp"])("case 203: %s has one", (id) => {
    expect(rules(id).chat.request.developerRole).toBe("keep");
  });

  test.each([
    "gemini-openai",
    "mistral",
    "ollama",
    "vllm",
    "sglang",
    "lmstudio",
    "groq",
    "openrouter",
    "openai-compatible",
  ])("%s has streams that need mending", (id) => expect(rules(id).streams).toBe("mend"));

  test.each(["openai", "llama.cpp", "deepseek", "simulator"])("%s has streams fit to pass", (id) => {
    expect(rules(id).streams).toBe("pass");
  });

  test("L4: a local server sends a key when one is configured: its auth is like any other's", () => {
    for (const profile of all) expect(["bearer", "api-key"]).toContain(profile.auth.scheme);
  });

  test("Azure wants its key in a header of its own", () => {
    expect(rules("azure-openai").auth.scheme).toBe("api-key");
  });

  test("M2: where a server states the context of a conversation, it is read", () => {
    expect(rules("llama.cpp").models.contextLength[0]).toBe("meta.n_ctx");
    expect(rules("vllm").models.contextLength).toContain("max_model_len");
    expect(rules("groq").models.contextLength).toContain("context_window");
  });

  test("H1: health is the server's own cheap route where it has one, and never makes a token", () => {
    expect(rules("llama.cpp").health).toMatchObject({ path: "/health", from: "root" });
    expect(rules("sglang").health.path).not.toContain("generate");
  });

  test("case 145: OpenRouter states its cost", () => {
    expect(rules("openrouter").chat.reply.costField).toBe("cost");
  });
});
