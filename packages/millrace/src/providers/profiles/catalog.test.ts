import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { normalizeBaseUrl } from "../transport/base-url.ts";
import { servedOperations } from "../http/dialects.ts";
import { PROFILES, profileOf } from "./catalog.ts";

const all = [...PROFILES.values()];

describe("every profile", () => {
  test.each(all)("$id is complete and consistent", (profile) => {
    expect(PROFILES.get(profile.id)).toBe(profile);
    expect(profile.label).not.toBe("");
    expect(servedOperations(profile)).toContain("chat-completions");
    for (const word of profile.chat.request.refusedParameters) expect(word).toMatch(/^[a-z_]+$/);
    for (const name of [profile.id, ...profile.aliases]) expect(name).toBe(name.toLowerCase());
  });

  test.each(all.filter(({ defaultBaseUrl }) => defaultBaseUrl !== undefined))(
    "$id has a usual address that is kept as it is",
    ({ defaultBaseUrl = "", versionSegment, local, transport }) => {
      const base = normalizeBaseUrl(defaultBaseUrl, versionSegment);
      expect(base.href).toBe(defaultBaseUrl + versionSegment);
      expect(normalizeBaseUrl(base.href, versionSegment).href).toBe(base.href);
      if (transport !== "network") expect(base.hostname).toMatch(/\.invalid$/);
      else if (local) expect(base.hostname).toBe("127.0.0.1");
      else expect(base.protocol).toBe("https:");
    },
  );

  test.each(all)("$id says where to ask for its health and its models", ({ health, models }) => {
    const { path, contextLength, maxOutputTokens, parameters, details = [] } = models;
    const paths = [health.path, health.fallbackPath, path, ...details.map((route) => route.path)];
    for (const route of paths.filter((given) => given !== undefined)) expect(route).toMatch(/^\/[\w/.-]+$/);
    // A check of health must not make a token.
    expect(health.path).not.toMatch(/generate|completions/);
    for (const route of details) expect(route.contextLength).not.toEqual([]);
    const fields = [contextLength, maxOutputTokens, parameters, ...details.map((route) => route.contextLength)].flat();
    for (const field of fields) expect(field).toMatch(/^\w+(?:\.(?:\w+|\*\.\w+))*(?: [\w-]+)?$/);
  });

  test.each(all)("$id limits the inputs of embeddings only if it makes any", (profile) => {
    if (profile.embeddings.maxInputs === undefined) return;
    expect(servedOperations(profile)).toContain("embeddings");
    expect(profile.embeddings.maxInputs).toBeGreaterThan(0);
  });

  test.each(all.filter(({ local }) => local))("$id, a local server, is always asked to stream", (profile) => {
    // A dropped request that does not stream keeps generating on most of them.
    expect(profile.streamUpstream).toBe(true);
  });

  test("no two share an id, an alias, a label or a key variable", () => {
    const names = all.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
    const variables = all.flatMap(({ auth }) => auth.keyVariables);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test("every kind of server that is known has one", () => {
    const servers = "llama.cpp llama-cpp-python ollama ollama-native lmstudio vllm sglang tgi localai mistral.rs";
    const services =
      "openai openai-responses azure-openai azure-responses anthropic gemini bedrock vertex vertex-anthropic openrouter groq deepseek mistral xai gemini-openai together fireworks cerebras perplexity moonshot dashscope zhipu zai minimax";
    const ids =
      `openai-compatible responses-compatible anthropic-compatible ${servers} ${services} embedded simulator`.split(
        " ",
      );
    expect([...PROFILES.keys()].toSorted()).toEqual(ids.toSorted());
  });

  test.each([
    ["LlamaCpp", "llama.cpp"],
    ["GROK", "xai"],
    ["lm-studio", "lmstudio"],
    ["kimi", "moonshot"],
    ["z.ai", "zai"],
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

  test.each([
    "ollama",
    "mistral",
    "deepseek",
    "together",
    "lmstudio",
    "tgi",
    "llama-cpp-python",
    "perplexity",
    "openai-compatible",
  ])("case 202: %s knows only max_tokens", (id) => expect(rules(id).chat.request.tokenLimitField).toBe("max_tokens"));

  test("case 202, Q5: OpenAI's reasoning models refuse max_tokens and sampling parameters", () => {
    const { request } = rules("openai").chat;
    expect(request.tokenLimitField).toBe("max_completion_tokens");
    expect(request.reasoningModels).toEqual(expect.arrayContaining(["o1", "gpt-5"]));
    expect(request.refusedByReasoningModels).toEqual(expect.arrayContaining(["temperature", "top_p"]));
  });

  test.each(["mistral", "deepseek", "xai", "cerebras", "zai", "sglang", "ollama"])(
    "case 203: %s has no developer role",
    (id) => {
      expect(rules(id).chat.request.developerRole).toBe("system");
    },
  );

  test.each(["openai", "azure-openai", "openrouter", "llama.cpp"])("case 203: %s has one", (id) => {
    expect(rules(id).chat.request.developerRole).toBe("keep");
  });

  test("only streams that are known to be canonical pass as they are; all others are mended", () => {
    const chat = all.filter(({ conversation }) => conversation === undefined);
    const passing = chat.filter(({ streams }) => streams === "pass").map(({ id }) => id);
    expect(passing.toSorted()).toEqual(["deepseek", "embedded", "llama.cpp", "openai", "simulator"]);
  });

  test("L4: a local server sends a key when one is configured: its auth is like any other's", () => {
    for (const { auth, local } of all) if (local) expect(auth.scheme).toBe("bearer");
  });

  test("Azure wants its key in a header of its own", () => {
    expect(rules("azure-openai").auth.scheme).toBe("api-key");
  });

  test("M2: where a server states the context of a conversation, it is read", () => {
    expect(rules("llama.cpp").models.contextLength[0]).toBe("meta.n_ctx");
    expect(rules("vllm").models.contextLength).toContain("max_model_len");
    expect(rules("groq").models.contextLength).toContain("context_window");
  });

  test.each(["cerebras", "xai", "deepseek", "zai"])("case 204: %s is not sent `store`, which it refuses", (id) => {
    expect(rules(id).chat.request.refusedParameters).toContain("store");
  });

  test.each([
    ["deepseek", "reasoning_content"],
    ["moonshot", "reasoning_content"],
    ["cerebras", "reasoning"],
    ["groq", "omit"],
  ])("case 206: %s wants reasoning in history as %s", (id, form) => {
    expect(rules(id).chat.request.reasoningInHistory).toBe(form);
  });

  test("DashScope thinks only while it streams, so it is asked to although it is a hosted service", () => {
    expect(rules("dashscope").streamUpstream).toBe(true);
  });

  test("H1: health is the server's own cheap route where it has one, and never makes a token", () => {
    expect(rules("llama.cpp").health).toMatchObject({ path: "/health", from: "root" });
    expect(rules("sglang").health.path).not.toContain("generate");
  });

  test("Perplexity has neither a version in its path nor a list of models", () => {
    expect(rules("perplexity")).toMatchObject({ versionSegment: "" });
    expect(rules("perplexity").models.path).toBeUndefined();
  });

  test("case 145: OpenRouter states its cost", () => {
    expect(rules("openrouter").chat.reply.costField).toBe("cost");
  });
});

describe("what is written about the profiles", () => {
  const text = (file: string): string => readFileSync(new URL(`../../../../../${file}`, import.meta.url), "utf8");

  test("the README names all of them, in the order of the catalog", () => {
    const row = /^\| Providers \| (.+) \|$/m.exec(text("README.md"))?.[1];
    expect(row?.split(", ")).toEqual([...PROFILES.keys()]);
  });

  test("the documentation names every variable that a hosted service's key is found in", () => {
    const documentation = text("docs/configuration.md");
    const variables = all.filter(({ local }) => !local).flatMap(({ auth }) => auth.keyVariables);
    for (const variable of variables) expect(documentation).toContain(`\`${variable}\``);
  });
});
