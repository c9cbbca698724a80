import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { keysOf, planOf } from "./testing/plan.ts";
import { ScriptedProvider, modelInfo } from "./testing/scripted-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";
import type { TestGateway } from "./testing/test-gateway.ts";

const CREATED_SEC = 1_700_000_000;

function setUp(plan: Parameters<typeof testGateway>[2] = {}): TestGateway {
  const desk = new ScriptedProvider("desk", {
    models: async () => [
      modelInfo("desk", "qwen3", {
        name: "Qwen 3",
        ownedBy: "Alibaba",
        created: CREATED_SEC,
        contextLength: 4096,
        maxOutputTokens: 1024,
        state: "unloaded",
      }),
      modelInfo("desk", "shared"),
    ],
  });
  const cloud = new ScriptedProvider("cloud", { models: ["shared", "vendor/gpt"] });
  return testGateway(new FakeClock(), [desk, cloud], { models: { fast: ["desk/qwen3", "cloud/vendor/gpt"] }, ...plan });
}

const ids = (json: unknown): string[] => (json as { data: { id: string }[] }).data.map(({ id }) => id);

describe("GET /v1/models", () => {
  test("lists the plan's names and every provider's models, readable as OpenAI's and as Anthropic's list", async () => {
    const client = await setUp().call({ method: "GET", path: "/v1/models" });
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({ "content-type": "application/json", "x-millrace-request-id": "req-1" });
    const epoch = { created: 0, created_at: "1970-01-01T00:00:00.000Z" };
    const model = { object: "model", type: "model" };
    expect(client.json).toEqual({
      object: "list",
      data: [
        {
          ...model,
          ...epoch,
          id: "fast",
          display_name: "fast",
          owned_by: "millrace",
          targets: ["desk/qwen3", "cloud/vendor/gpt"],
          state: "ready",
          context_length: 4096,
        },
        {
          ...model,
          id: "desk/qwen3",
          display_name: "Qwen 3",
          created: CREATED_SEC,
          created_at: "2023-11-14T22:13:20.000Z",
          owned_by: "Alibaba",
          provider: "desk",
          state: "unloaded",
          context_length: 4096,
          max_output_tokens: 1024,
        },
        {
          ...model,
          ...epoch,
          id: "desk/shared",
          display_name: "shared",
          owned_by: "desk",
          provider: "desk",
          state: "ready",
        },
        {
          ...model,
          ...epoch,
          id: "cloud/shared",
          display_name: "shared",
          owned_by: "cloud",
          provider: "cloud",
          state: "ready",
        },
        {
          ...model,
          ...epoch,
          id: "cloud/vendor/gpt",
          display_name: "vendor/gpt",
          owned_by: "cloud",
          provider: "cloud",
          state: "ready",
        },
      ],
      has_more: false,
      first_id: "fast",
      last_id: "cloud/vendor/gpt",
    });
  });

  test("M1: who owns a model does not replace which provider has it", async () => {
    const client = await setUp().call({ method: "GET", path: "/v1/models/desk/qwen3" });
    expect(client.json).toMatchObject({ owned_by: "Alibaba", provider: "desk" });
  });

  test.each([
    ["limit=2", ["fast", "desk/qwen3"], true],
    ["beta=true&limit=1000", ["fast", "desk/qwen3", "desk/shared", "cloud/shared", "cloud/vendor/gpt"], false],
    ["limit=0", ["fast", "desk/qwen3", "desk/shared", "cloud/shared", "cloud/vendor/gpt"], false],
    ["limit=x", ["fast", "desk/qwen3", "desk/shared", "cloud/shared", "cloud/vendor/gpt"], false],
  ])("?%s", async (query, expected, hasMore) => {
    const { json } = await setUp().call({ method: "GET", path: "/v1/models", query });
    expect(ids(json)).toEqual(expected);
    expect(json).toMatchObject({ has_more: hasMore, last_id: expected.at(-1) });
  });

  test("an empty list is one", async () => {
    const { json } = await testGateway(new FakeClock(), []).call({ method: "GET", path: "/v1/models" });
    expect(json).toEqual({ object: "list", data: [], has_more: false, first_id: null, last_id: null });
  });

  test("shows a key what it may use, and nobody without a key anything", async () => {
    const keys = keysOf({ "mr-1": { name: "guest", models: ["fast", "cloud/*"] } });
    const { call } = setUp({ keys });
    const shown = await call({ method: "GET", path: "/v1/models", headers: { "x-api-key": "mr-1" } });
    expect(ids(shown.json)).toEqual(["fast", "cloud/shared", "cloud/vendor/gpt"]);
    const hidden = await call({ method: "GET", path: "/v1/models/desk/qwen3", headers: { "x-api-key": "mr-1" } });
    expect(hidden.status).toBe(404);
    for (const path of ["/v1/models", "/v1/models/fast"]) {
      const refused = await call({ method: "GET", path });
      expect(refused.status).toBe(401);
      expect(refused.json).toMatchObject({ error: { code: "missing_api_key" } });
    }
  });
});

describe("GET /v1/models/{id}", () => {
  test.each([
    ["fast", "fast"],
    ["desk/qwen3", "desk/qwen3"],
    ["desk%2Fqwen3", "desk/qwen3"],
    // A bare id is answered under the name it was asked by, as clients compare the two.
    ["qwen3", "qwen3"],
    ["vendor/gpt", "vendor/gpt"],
  ])("%s", async (path, id) => {
    const client = await setUp().call({ method: "GET", path: `/v1/models/${path}` });
    expect(client.status).toBe(200);
    expect(client.json).toMatchObject({ id, object: "model" });
  });

  test.each(["none", "shared", "desk/none"])("%s is 404", async (path) => {
    const client = await setUp().call({ method: "GET", path: `/v1/models/${path}` });
    expect(client.status).toBe(404);
    expect(client.json).toMatchObject({ error: { code: "model_not_found", message: expect.stringContaining(path) } });
  });
});

describe("health and readiness", () => {
  const keys = keysOf({ "mr-1": { name: "me" } });

  test("the process is healthy whatever the providers do, and needs no key to say so", async () => {
    const client = await setUp({ keys }).call({ method: "GET", path: "/health" });
    expect(client.status).toBe(200);
    expect(client.json).toEqual({ status: "ok" });
  });

  test("it is ready when one provider answers, and says which to who may call", async () => {
    const dead = new ScriptedProvider("dead", { models: failureOf("connection", "dead refused the connection.") });
    const { call } = testGateway(new FakeClock(), [dead, new ScriptedProvider("desk", { models: ["a"] })], { keys });
    const anonymous = await call({ method: "GET", path: "/ready" });
    expect(anonymous.status).toBe(200);
    expect(anonymous.json).toEqual({ status: "ready" });
    const known = await call({ method: "GET", path: "/ready", headers: { authorization: "Bearer mr-1" } });
    expect(known.json).toEqual({
      status: "ready",
      providers: [
        {
          name: "dead",
          ready: false,
          condition: "down",
          models: 0,
          error: { code: "connection", message: "dead refused the connection." },
        },
        { name: "desk", ready: true, condition: "ready", models: 1 },
      ],
    });
  });

  test("it says what the models of a provider refused, so that it is no longer sent", async () => {
    const desk = new ScriptedProvider("desk", { models: ["a"] });
    const lesson = { model: "a", parameter: "max_tokens", action: "renamed", to: "max_completion_tokens" } as const;
    desk.learned = [lesson];
    const { json } = await testGateway(new FakeClock(), [desk]).call({ method: "GET", path: "/ready" });
    expect(json).toMatchObject({ providers: [{ name: "desk", learned: [lesson] }] });
  });

  test.each<[string, ScriptedProvider[], number, string]>([
    ["no provider", [], 503, "no_providers"],
    ["a dead one", [new ScriptedProvider("p", { models: failureOf("connection", "x") })], 503, "no_provider_answers"],
    [
      "one that is loading",
      [new ScriptedProvider("p", { models: failureOf("loading", "x") })],
      503,
      "no_provider_answers",
    ],
    [
      "one that refuses our key",
      [new ScriptedProvider("p", { models: failureOf("auth", "x") })],
      503,
      "no_provider_answers",
    ],
    ["one without a list", [new ScriptedProvider("p", { models: failureOf("route_not_found", "x") })], 200, "ready"],
    ["one that limits us", [new ScriptedProvider("p", { models: failureOf("rate_limit", "x") })], 200, "ready"],
  ])("with %s", async (_, over, status, word) => {
    const client = await testGateway(new FakeClock(), over).call({ method: "GET", path: "/ready" });
    expect([client.status, client.json]).toMatchObject([status, { status: word }]);
  });

  test("while draining it is healthy but not ready", async () => {
    const { gateway, call } = setUp();
    await gateway.drain();
    expect((await call({ method: "GET", path: "/health" })).status).toBe(200);
    const client = await call({ method: "GET", path: "/ready" });
    expect([client.status, client.json]).toMatchObject([503, { status: "draining" }]);
  });
});

describe("paths", () => {
  test("the root says what this is", async () => {
    const client = await setUp().call({ method: "GET", path: "/" });
    expect(client.json).toMatchObject({
      name: "millrace",
      endpoints: expect.arrayContaining(["POST /v1/chat/completions"]),
    });
  });

  test.each(["/", "/health", "/v1/models", "/nowhere"])("HEAD %s has the head of GET and no body", async (path) => {
    const { call } = setUp();
    const get = await call({ method: "GET", path });
    const head = await call({ method: "HEAD", path });
    expect(head.status).toBe(get.status);
    expect(head.headers).toEqual({ ...get.headers, "x-millrace-request-id": "req-2" });
    expect(head.text).toBe("");
    expect(head.ends).toBe(1);
  });

  test("an unknown path is 404 in OpenAI's shape and names those there are", async () => {
    const client = await setUp().call({ method: "POST", path: "/v1/nothing" });
    expect(client.status).toBe(404);
    expect(client.json).toMatchObject({
      error: {
        code: "route_not_found",
        message: expect.stringMatching(/\/v1\/nothing.*POST \/v1\/chat\/completions/),
      },
    });
  });

  test("the wrong method is 405 with the right ones", async () => {
    const client = await setUp().call({ method: "GET", path: "/v1/chat/completions" });
    expect(client.status).toBe(405);
    expect(client.headers["allow"]).toBe("POST");
    expect(client.json).toMatchObject({
      error: { code: "method_not_allowed", message: "/v1/chat/completions takes POST, not GET." },
    });
  });

  test("queries leave no record", async () => {
    const { call, records } = setUp();
    await call({ method: "GET", path: "/v1/models" });
    await call({ method: "GET", path: "/nowhere" });
    expect(records).toEqual([]);
  });
});

describe("a new plan", () => {
  const chat = (model: string) => ({ body: { model, messages: [{ role: "user", content: "hi" }] } });
  const whole = {
    status: 200,
    headers: {},
    changes: [],
    body: { kind: "whole", bytes: new TextEncoder().encode("{}") },
  } as const;

  test("serves new requests; those in flight end on the plan they started with", async () => {
    let answer = (): void => {};
    const old = new ScriptedProvider("old", {
      calls: [() => new Promise((resolve) => (answer = () => resolve(whole)))],
    });
    const { gateway, start, call } = testGateway(new FakeClock(), [old], { models: { fast: ["old/m"] } });
    const first = start(chat("fast"));
    await Promise.resolve();
    const next = new ScriptedProvider("next", { calls: [whole] });
    void gateway.usePlan(planOf([next], { models: { fast: ["next/m"] } }));
    expect((await call(chat("fast"))).headers["x-millrace-target"]).toBe("next/m");
    answer();
    await first.done;
    expect(first.client.headers["x-millrace-target"]).toBe("old/m");
  });

  test("brings its own model list", async () => {
    const { gateway, call } = setUp();
    await call({ method: "GET", path: "/v1/models" });
    void gateway.usePlan(planOf([new ScriptedProvider("next", { models: ["new"] })]));
    expect(ids((await call({ method: "GET", path: "/v1/models" })).json)).toEqual(["next/new"]);
    expect(gateway.catalog.latest.listings).toHaveLength(1);
    expect(gateway.plan.providers.has("next")).toBe(true);
  });

  test("is told when the requests that started before it are over, and does not wait for its own", async () => {
    const old = new ScriptedProvider("old");
    const next = new ScriptedProvider("next", { calls: [() => new Promise(() => undefined)] });
    const { gateway, start } = testGateway(new FakeClock(), [old]);
    const reading = start({ ...chat("old/m"), silent: true });
    let over = false;
    const told = gateway.usePlan(planOf([next])).then(() => (over = true));
    start(chat("next/m"));
    await turn();
    expect(over).toBe(false);
    reading.client.leave();
    await told;
    expect(gateway.inFlight).toBe(1);
  });

  test("waits for queries too, which ask the providers of their plan", async () => {
    let list = (): void => {};
    const old = new ScriptedProvider("old", {
      models: () => new Promise((resolve) => (list = () => resolve([modelInfo("old", "m")]))),
    });
    const { gateway, start } = testGateway(new FakeClock(), [old]);
    const { client, done } = start({ method: "GET", path: "/v1/models" });
    let over = false;
    const told = gateway.usePlan(planOf([])).then(() => (over = true));
    await turn();
    expect(over).toBe(false);
    list();
    await told;
    await done;
    expect(ids(client.json)).toEqual(["old/m"]);
  });

  test("that follows quickly waits for every plan before it, since providers may be kept from each", async () => {
    const { gateway, start } = testGateway(new FakeClock(), []);
    const reading = start({ ...chat("old/m"), silent: true });
    const told: string[] = [];
    const first = gateway.usePlan(planOf([])).then(() => told.push("first"));
    const second = gateway.usePlan(planOf([])).then(() => told.push("second"));
    await turn();
    expect(told).toEqual([]);
    reading.client.leave();
    await Promise.all([first, second]);
  });

  test("is told at once when nothing is in flight", async () => {
    const { gateway, call } = setUp();
    await call({ method: "GET", path: "/v1/models" });
    await call(chat("nobody/m"));
    await gateway.usePlan(planOf([]));
    expect(gateway.plan.providers.size).toBe(0);
  });

  test("draining waits for what is in flight", async () => {
    let answer = (): void => {};
    const desk = new ScriptedProvider("desk", {
      calls: [() => new Promise((resolve) => (answer = () => resolve(whole)))],
    });
    const { gateway, start } = testGateway(new FakeClock(), [desk]);
    const { client, done } = start(chat("desk/m"));
    await Promise.resolve();
    expect(gateway.inFlight).toBe(1);
    const drained = gateway.drain();
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    await drained;
    await done;
    expect(client.status).toBe(200);
    expect(gateway.inFlight).toBe(0);
  });
});
