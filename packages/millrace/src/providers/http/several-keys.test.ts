import { describe, expect, test } from "vitest";
import type { Script } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { ConfigurationError } from "../../model/errors.ts";
import type { ForwardRequest } from "../provider.ts";
import { createRegistry } from "../registry.ts";
import type { HttpProviderOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";
import { type Desk, openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion } from "./testing/wire.ts";

const ASK = { model: "m", prompt: "hi" };
const KEYS = ["sk-one", "sk-two", "sk-three"];

function forwarding(operation: ForwardRequest["operation"] = "chat-completions"): ForwardRequest {
  const json = operation === "embeddings" ? { model: "m", input: "hi" } : { model: "m", messages: [], prompt: "hi" };
  const body = { bytes: new TextEncoder().encode(JSON.stringify(json)), json, outline: json };
  return { operation, model: "m", body, stream: false };
}

/** The credential of each request that came. */
function sentTo({ upstream }: Desk): readonly unknown[] {
  return upstream.exchanges.map(({ request }) => request.headers["authorization"] ?? request.headers["api-key"]);
}

const answers: Script = (exchange) =>
  exchange.request.path.endsWith("/embeddings")
    ? exchange.json({ data: [{ index: 0, embedding: [1] }] })
    : exchange.json({ ...completion("Hello"), data: [{ id: "m" }] });

function open(script: Script, options: HttpProviderOptions = {}): Promise<Desk> {
  return openDesk(script, { apiKeys: KEYS, streamUpstream: false, ...options });
}

describe("a request that is passed on", () => {
  test("carries the key that was chosen, else the first", async () => {
    const desk = await open(answers);
    for (const credential of [undefined, 2, 1, 0]) {
      await desk.provider.forward(forwarding(), credential === undefined ? {} : { credential });
    }
    await desk.provider.forward(forwarding(), { credential: 1, headers: { "x-title": "notes" } });
    await desk.provider.forward(forwarding("embeddings"), { credential: 2 });
    await desk.provider.forward({ ...forwarding(), stream: true }, { credential: 1 });
    expect(sentTo(desk)).toEqual(
      ["one", "three", "two", "one", "two", "three", "two"].map((key) => `Bearer sk-${key}`),
    );
  });

  test("carries it where the server wants it", async () => {
    const desk = await open(answers, { profile: "azure-openai" });
    await desk.provider.forward(forwarding(), { credential: 1 });
    expect(sentTo(desk)).toEqual(["sk-two"]);
  });

  test("does not go out with a key that does not exist", async () => {
    const desk = await open(answers);
    await expect(desk.provider.forward(forwarding(), { credential: 3 })).rejects.toThrow(RangeError);
    expect(desk.upstream.exchanges).toHaveLength(0);
  });
});

describe("how many keys there are", () => {
  test.each<[string, HttpProviderOptions, number]>([
    ["without one", {}, 1],
    ["with an empty one", { apiKey: "" }, 1],
    ["with one", { apiKey: "sk-1" }, 1],
    ["with an empty list", { apiKeys: [] }, 1],
    ["with several", { apiKeys: KEYS }, 3],
    ["where one is empty and one stands twice", { apiKeys: ["sk-1", " ", "sk-2", "sk-1"] }, 2],
  ])("%s", async (_title, options, credentials) => {
    const { provider } = await openDesk(answers, options);
    expect(provider.credentials).toBe(credentials);
    await expect(provider.forward(forwarding(), { credential: 0 })).resolves.toMatchObject({ status: 200 });
  });
});

describe("a configuration is refused", () => {
  test.each<[string, HttpProviderOptions, string]>([
    ["that has one key and several", { apiKey: "sk-1", apiKeys: ["sk-2"] }, "api_keys"],
    ["with a key that would end its header", { apiKeys: ["sk-1", "sk-2\r\nx-evil: 1"] }, "api_keys[1]"],
    ["with a header that is the credential too", { apiKeys: KEYS, headers: { authorization: "Basic abc" } }, "headers"],
  ])("%s", (_title, options, setting) => {
    const make = (): unknown => settingsOf({ baseUrl: "https://models.example.org", ...options });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(expect.objectContaining({ setting }));
    expect(make).not.toThrow(/sk-/);
  });

  test("in a registry, where the message names the provider", () => {
    const config = { name: "desk", profile: "openai", apiKey: "a", apiKeys: ["b"], source: { kind: "file" } } as const;
    expect(() => createRegistry([config])).toThrow(expect.objectContaining({ setting: "providers.desk.api_keys" }));
  });
});

test("no key is ever shown, whichever was sent", async () => {
  const { provider } = await open((exchange) =>
    exchange.json({ error: { message: `Not ${KEYS.join(" or ")}`, code: KEYS[2], param: KEYS[1] } }, 400),
  );
  const error = await errorOf(provider.forward(forwarding(), { credential: 1 }));
  expect(error.message).toBe("desk: Not [redacted] or [redacted] or [redacted]");
  expect(JSON.stringify(error.failure)).not.toContain("sk-");
});

describe("with retries, where a key is the trouble", () => {
  const NOT_ONE: Readonly<Record<string, readonly [number, Readonly<Record<string, string>>]>> = {
    "a refused key": [401, {}],
    "a key that may not": [403, {}],
    "a rate limit": [429, { "retry-after": "3600" }],
    "an account without credit": [402, {}],
  };

  test.each(Object.keys(NOT_ONE))("the next one is sent at once after %s", async (trouble) => {
    const [status, headers] = NOT_ONE[trouble] ?? [500, {}];
    const desk = await open(
      (exchange, index) =>
        exchange.request.headers["authorization"] === "Bearer sk-one"
          ? exchange.json({ error: { message: "no" } }, status, headers)
          : answers(exchange, index),
      { retries: 1 },
    );
    expect((await desk.provider.infer(ASK)).text).toBe("Hello");
    expect(await desk.provider.listModels()).toHaveLength(1);
    await desk.provider.embeddings({ model: "m", input: "hi" });
    expect(sentTo(desk)).toEqual(Array(3).fill(["Bearer sk-one", "Bearer sk-two"]).flat());
  });

  test("a failure of all of them is told, the one that waiting helps against first", async () => {
    const statuses = [401, 429, 401];
    const desk = await open(
      (exchange, index) =>
        exchange.json({ error: { message: `no ${index}` } }, statuses[index] ?? 500, { "retry-after": "3600" }),
      { retries: 1 },
    );
    expect(await errorOf(desk.provider.infer(ASK))).toMatchObject({ kind: "rate_limit", message: "desk: no 1" });
    expect(sentTo(desk)).toEqual(KEYS.map((key) => `Bearer ${key}`));
  });

  test.each<[string, number, HttpProviderOptions]>([
    ["not without retries", 401, { retries: 0 }],
    ["not after a failure of the request", 400, { retries: 1 }],
  ])("%s", async (_title, status, options) => {
    const desk = await open((exchange) => exchange.json({ error: { message: "no" } }, status), options);
    await errorOf(desk.provider.infer(ASK));
    expect(sentTo(desk)).toEqual(["Bearer sk-one"]);
  });
});
