import { describe, expect, test } from "vitest";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";

describe("the list of models", () => {
  test("M1: a model belongs to the provider instance; what the server calls its owner stands beside it", async () => {
    const { provider, upstream } = await openDesk((exchange) =>
      exchange.json({ object: "list", data: [{ id: "gpt-5", object: "model", created: 7, owned_by: "system" }] }),
    );
    expect(await provider.listModels()).toEqual([
      {
        id: "gpt-5",
        name: "gpt-5",
        provider: "desk",
        ownedBy: "system",
        created: 7,
        state: "unknown",
        raw: { id: "gpt-5", object: "model", created: 7, owned_by: "system" },
      },
    ]);
    expect(upstream.exchanges[0]?.request).toMatchObject({ method: "GET", path: "/v1/models", body: "" });
  });

  test.each<[string, unknown, string[]]>([
    ["null where there are none (conformance case 186)", { object: "list", data: null }, []],
    ["a bare array (187)", [{ id: "a" }, { id: "b" }], ["a", "b"]],
    ["two lists (188)", { models: [{ name: "x" }], data: [{ id: "a" }] }, ["a"]],
    ["a list under another name", { models: [{ name: "a" }, { key: "b" }, { model: "c" }] }, ["a", "b", "c"]],
    ["bare ids", { data: ["a", "b"] }, ["a", "b"]],
    ["entries without an id, which are left out", { data: [{ id: "a" }, {}, null, { id: "" }] }, ["a"]],
    ["an envelope", { success: true, data: { data: [{ id: "a" }] } }, ["a"]],
    ["ids of every kind (190)", { data: [{ id: "org/m:tag@1 é" }] }, ["org/m:tag@1 é"]],
    ["one id twice", { data: [{ id: "a" }, { id: "a" }] }, ["a"]],
  ])("M2: is read from %s", async (_name, value, ids) => {
    const { provider } = await openDesk((exchange) => exchange.json(value));
    expect((await provider.listModels()).map(({ id }) => id)).toEqual(ids);
  });

  test("M2: comes in pages, and all of them are read", async () => {
    const { provider, upstream } = await openDesk((exchange, index) =>
      exchange.json({ data: [{ id: `m${index}` }], has_more: index < 2, last_id: `m${index}` }),
    );
    expect((await provider.listModels()).map(({ id }) => id)).toEqual(["m0", "m1", "m2"]);
    expect(upstream.exchanges.map(({ request }) => request.path)).toEqual([
      "/v1/models",
      "/v1/models?after=m0&after_id=m0",
      "/v1/models?after=m1&after_id=m1",
    ]);
  });

  test("M2: a server that gives its first page again and again is left", async () => {
    const { provider, upstream } = await openDesk((exchange) =>
      exchange.json({ models: [{ id: "a" }], nextPageToken: "t" }),
    );
    expect(await provider.listModels()).toHaveLength(1);
    expect(upstream.exchanges).toHaveLength(2);
  });

  test("M2: says what the server says of each model, where the profile knows to find it", async () => {
    const { provider } = await openDesk(
      (exchange) =>
        exchange.json({
          data: [
            {
              id: "loaded",
              aliases: ["fast"],
              status: { value: "loaded" },
              meta: { n_ctx: 2048, n_ctx_train: 4096, n_params: 519936 },
            },
            { id: "waiting", status: { value: "unloaded" }, meta: { n_ctx_train: 4096 } },
            { id: "asleep", status: { value: "sleeping" } },
            { id: "broken", status: { value: "unloaded", failed: true, exit_code: 1 } },
            { id: "fetched", status: { value: "unloaded", failed: false } },
            { id: "odd", status: { value: "dreaming" }, created: 0, owned_by: "" },
            { id: "plain" },
          ],
        }),
      { profile: "llama.cpp" },
    );
    const models = (await provider.listModels()).map(
      ({ raw: _raw, provider: _provider, name: _name, ...facts }) => facts,
    );
    expect(models).toEqual([
      { id: "loaded", aliases: ["fast"], state: "ready", contextLength: 2048, parameters: 519936 },
      { id: "waiting", state: "unloaded", contextLength: 4096 },
      { id: "asleep", state: "unloaded" },
      { id: "broken", state: "failed" },
      { id: "fetched", state: "unloaded" },
      { id: "odd", state: "unknown" },
      { id: "plain", state: "ready" },
    ]);
  });

  test.each<[string, number, unknown, string]>([
    ["an error status", 401, { error: "Unauthorized" }, "auth"],
    ["an error in a 200", 200, { error: { message: "no", code: 429 } }, "rate_limit"],
    ["JSON that is no list", 200, { hello: "world" }, "protocol"],
    ["text", 200, "hello", "protocol"],
  ])("is an error with %s", async (_name, status, value, kind) => {
    const { provider } = await openDesk((exchange) => exchange.json(value, status));
    expect(await errorOf(provider.listModels())).toMatchObject({ kind, provider: "desk" });
  });

  test("has a bounded patience of its own", async () => {
    const { provider, upstream } = await openDesk(() => {}, { timeouts: { firstByte: 5 } });
    const error = await errorOf(provider.listModels());
    expect(error).toMatchObject({ kind: "timeout", failure: { timeoutPhase: "first_byte" } });
    await (
      await upstream.exchange(0)
    ).closed;
  });
});
