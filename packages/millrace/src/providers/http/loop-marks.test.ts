import { describe, expect, onTestFinished, test } from "vitest";
import type { ForwardRequest } from "../provider.ts";
import { createRegistry } from "../registry.ts";
import type { HttpProviderOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion } from "./testing/wire.ts";

const JSON_BODY = { model: "m", messages: [] };
const BODY = { bytes: new TextEncoder().encode(JSON.stringify(JSON_BODY)), json: JSON_BODY, outline: JSON_BODY };
const FORWARD: ForwardRequest = { operation: "chat-completions", model: "m", body: BODY, stream: false };

describe("a gateway's requests are marked", () => {
  test("all of them, with what they came with before our own mark", async () => {
    const { provider, upstream } = await openDesk(
      (exchange) => exchange.json({ ...completion("Hello"), data: [{ id: "m" }] }),
      { via: "own", apiKey: "sk-1", streamUpstream: false },
    );
    await provider.forward(FORWARD);
    await provider.forward(FORWARD, { via: ["a", "b"] });
    await provider.forward(FORWARD, { via: ["a"], headers: { "X-Millrace-Via": "other" } });
    await provider.listModels();
    await provider.healthCheck();
    expect(upstream.exchanges.map(({ request }) => request.headers["x-millrace-via"])).toEqual([
      "own",
      "a, b, own",
      "a, own",
      "own",
      "own",
    ]);
    expect(upstream.exchanges.every(({ request }) => request.headers["authorization"] === "Bearer sk-1")).toBe(true);
  });

  test.each<[string, HttpProviderOptions, string | undefined]>([
    ["to any address", { baseUrl: "https://models.example.org" }, "own"],
    ["to a local server's usual port, where this gateway may listen", { profile: "ollama" }, "own"],
    ["to a service elsewhere than usual", { profile: "openai", baseUrl: "https://proxy.example.org/v1" }, "own"],
    ["but not to a service in its usual place", { profile: "openai" }, undefined],
    [
      "not by a differently written base URL either",
      { profile: "openai", baseUrl: "https://api.openai.com/" },
      undefined,
    ],
  ])("%s", (_title, options, via) => {
    expect(settingsOf({ via: "own", ...options }).via).toBe(via);
  });

  test("by all providers of its registry", async () => {
    const { upstream } = await openDesk((exchange) => exchange.json({ data: [{ id: "m" }] }));
    const config = { name: "shelf", profile: "llama.cpp", baseUrl: upstream.url, source: { kind: "file" } } as const;
    const registry = createRegistry([config], { via: "own" });
    onTestFinished(() => registry.close());
    await registry.get("shelf")?.listModels();
    expect(upstream.exchanges.map(({ request }) => request.headers["x-millrace-via"])).toEqual(["own", "own"]);
  });

  test("nothing is marked without a gateway", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("Hello")), {
      streamUpstream: false,
    });
    await provider.infer({ model: "m", prompt: "hi" });
    expect(upstream.exchanges[0]?.request.headers).not.toHaveProperty("x-millrace-via");
  });

  test("a mark that would break its header is refused", () => {
    expect(() => settingsOf({ baseUrl: "http://127.0.0.1:1", via: "a, b" })).toThrow(
      expect.objectContaining({ setting: "via" }),
    );
  });
});

describe("a server that turns out to lead back", () => {
  const LOOP = { error: { message: "The request came back.", type: "server_error", code: "loop" } };

  test("is told as that, also by a list of models", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(LOOP, 508), { via: "own" });
    const expected = { failure: { code: "loop", status: 508, retry: "elsewhere" } };
    expect(await errorOf(provider.forward(FORWARD))).toMatchObject(expected);
    expect(await errorOf(provider.listModels())).toMatchObject(expected);
  });

  test.each(["openai-compatible", "llama.cpp"])("is not healthy, although it is there: %s", async (profile) => {
    const { provider } = await openDesk(
      (exchange) => (exchange.request.path === "/health" ? exchange.json({ status: "ok" }) : exchange.json(LOOP, 508)),
      { via: "own", profile },
    );
    expect(await provider.healthCheck()).toMatchObject({ healthy: false, state: "failing", failure: { code: "loop" } });
  });
});
