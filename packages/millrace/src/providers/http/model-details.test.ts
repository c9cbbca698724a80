import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { UpstreamExchange } from "../../conformance/scripted-upstream/exchange.ts";
import { gate, type Script } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";

type Answer = object | ((exchange: UpstreamExchange) => void | Promise<void>);

/** A server with these routes and no others. */
function serving(routes: Readonly<Record<string, Answer>>): Script {
  return (exchange) => {
    const answer = routes[exchange.request.path];
    if (answer === undefined) return exchange.json({ error: { message: "File Not Found" } }, 404);
    return typeof answer === "function" ? answer(exchange) : exchange.json(answer);
  };
}

const TAGS = ["loaded:8b", "tuned:8b", "stored:8b", "odd:8b"];
const SHOWN: Readonly<Record<string, object>> = {
  "tuned:8b": {
    parameters: 'stop                           "<|im_end|>"\nnum_ctx                        16384',
    model_info: { "general.architecture": "qwen3", "qwen3.context_length": 40960 },
  },
  "stored:8b": {
    model_info: { "general.architecture": "llama", "llama.attention.head_count": 32, "llama.context_length": 131072 },
  },
  "odd:8b": { parameters: "num_ctx many", model_info: null },
};

const OLLAMA: Readonly<Record<string, Answer>> = {
  "/v1/models": { object: "list", data: TAGS.map((id) => ({ id, object: "model" })) },
  "/api/ps": { models: [{ name: "loaded:8b", model: "loaded:8b", context_length: 4096 }] },
  "/api/show": (exchange) => {
    const { model } = exchange.request.json() as { readonly model: string };
    return exchange.json(SHOWN[model] ?? { error: "model not found" }, SHOWN[model] === undefined ? 404 : 200);
  },
};

interface Sizes {
  readonly id: string;
  readonly contextLength?: number;
  readonly maxOutputTokens?: number;
  readonly state: string;
}

async function sizesOf(profile: string, routes: Readonly<Record<string, Answer>>): Promise<readonly Sizes[]> {
  const { provider } = await openDesk(serving(routes), { profile });
  const models = await provider.listModels();
  return models.map(({ id, contextLength, maxOutputTokens, state }) => ({
    id,
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    state,
  }));
}

describe("what a list leaves out is read where the server says it", () => {
  test("Ollama: as loaded, else as configured, else as the model has it", async () => {
    expect(await sizesOf("ollama", OLLAMA)).toEqual([
      { id: "loaded:8b", contextLength: 4096, state: "ready" },
      { id: "tuned:8b", contextLength: 16384, state: "unloaded" },
      { id: "stored:8b", contextLength: 131072, state: "unloaded" },
      { id: "odd:8b", state: "unloaded" },
    ]);
  });

  test("LM Studio: its own list says what is loaded, and with how much", async () => {
    const list = {
      data: [
        { id: "a", state: "loaded", max_context_length: 131072, loaded_context_length: 8192 },
        { id: "b", state: "not-loaded", max_context_length: 32768 },
        { id: "elsewhere", state: "loaded", max_context_length: 1 },
      ],
    };
    const routes = { "/v1/models": { data: [{ id: "a" }, { id: "b" }, { id: "c" }] }, "/api/v0/models": list };
    expect(await sizesOf("lmstudio", routes)).toEqual([
      { id: "a", contextLength: 8192, state: "ready" },
      { id: "b", contextLength: 32768, state: "unloaded" },
      { id: "c", state: "unloaded" },
    ]);
  });

  test.each([
    ["no `meta`", { "/v1/models": { data: [{ id: "m" }] } }, 2048],
    ["a size in the list already", { "/v1/models": { data: [{ id: "m", meta: { n_ctx: 512 } }] } }, 512],
    ["the sizes that a router starts models with", { "/v1/models": routed("--ctx-size", "8192") }, 8192],
    ["a router's arguments without a size", { "/v1/models": routed("--threads", "1"), "/props": props(0) }, undefined],
  ])("llama.cpp, with %s", async (_name, routes, contextLength) => {
    const [model] = await sizesOf("llama.cpp", { "/props": props(2048), ...routes });
    expect(model?.contextLength).toBe(contextLength);
  });

  test("llama.cpp's `/props` is about one model, so with several it is not asked", async () => {
    const routes = { "/v1/models": { data: [{ id: "a" }, { id: "b" }] }, "/props": props(2048) };
    expect((await sizesOf("llama.cpp", routes)).map(({ contextLength }) => contextLength)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("TGI: what prompt and answer may have together", async () => {
    const routes = {
      "/v1/models": { data: [{ id: "org/m", created: 0 }] },
      "/info": { max_input_tokens: 4095, max_total_tokens: 4096 },
    };
    expect(await sizesOf("tgi", routes)).toEqual([{ id: "org/m", contextLength: 4096, state: "ready" }]);
  });

  test("LocalAI: a second list beside the first", async () => {
    const routes = {
      "/v1/models": { data: [{ id: "a" }] },
      "/v1/models/capabilities": { object: "list", data: [{ id: "a", capabilities: ["chat"], context_size: 8192 }] },
    };
    expect(await sizesOf("localai", routes)).toEqual([{ id: "a", contextLength: 8192, state: "unloaded" }]);
  });

  test("Gemini: Google's own list, which takes the key in a header of its own", async () => {
    const own = { models: [{ name: "models/g", inputTokenLimit: 1048576, outputTokenLimit: 65536 }] };
    const { provider, upstream } = await openDesk(
      serving({
        "/v1beta/openai/models": { data: [{ id: "models/g" }] },
        "/v1beta/models?pageSize=1000": own,
      }),
      { profile: "gemini-openai", apiKey: "secret" },
    );
    expect(await provider.listModels()).toMatchObject([
      { id: "g", contextLength: 1048576, maxOutputTokens: 65536, state: "ready" },
    ]);
    const [first, second] = upstream.exchanges.map(({ request }) => request.headers);
    expect(first).toMatchObject({ authorization: "Bearer secret" });
    expect(second).toMatchObject({ "x-goog-api-key": "secret" });
    expect(second).not.toHaveProperty("authorization");
  });
});

describe("what cannot be found out stays unknown, and the list is good without it", () => {
  test.each<[string, Readonly<Record<string, Answer>>]>([
    ["is not there", {}],
    ["fails", { "/api/v0/models": (exchange) => exchange.json({ error: "broken" }, 500) }],
    ["says 200 and means an error", { "/api/v0/models": { error: "Unexpected endpoint or method" } }],
    ["is no list", { "/api/v0/models": { hello: "world" } }],
    ["breaks off", { "/api/v0/models": (exchange) => exchange.reset() }],
  ])("when a route %s", async (_name, routes) => {
    const sizes = await sizesOf("lmstudio", { "/v1/models": { data: [{ id: "a" }] }, ...routes });
    expect(sizes).toEqual([{ id: "a", state: "unloaded" }]);
  });

  test("when it takes longer than anybody waits for a list", async () => {
    const clock = new FakeClock();
    const { provider, upstream } = await openDesk(serving({ ...OLLAMA, "/api/show": () => {} }), {
      profile: "ollama",
      clock,
    });
    const models = provider.listModels();
    const stuck = await upstream.exchange(2);
    clock.advance(1_500);
    expect((await models).map(({ contextLength }) => contextLength)).toEqual([4096, undefined, undefined, undefined]);
    await stuck.closed;
  });

  test("but a caller who leaves gets nothing", async () => {
    const { provider, upstream } = await openDesk(serving({ ...OLLAMA, "/api/ps": () => {} }), { profile: "ollama" });
    const leaving = new AbortController();
    const models = errorOf(provider.listModels({ signal: leaving.signal }));
    await upstream.exchange(1);
    leaving.abort();
    expect((await models).kind).toBe("cancelled");
  });
});

test("a server is asked about a few models at a time", async () => {
  const ids = Array.from({ length: 10 }, (_, index) => `m${index}`);
  const open = gate();
  let underWay = 0;
  let most = 0;
  const { provider, upstream } = await openDesk(
    serving({
      "/v1/models": { data: ids.map((id) => ({ id })) },
      "/api/ps": { models: [] },
      "/api/show": async (exchange) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await open.opened;
        underWay -= 1;
        await exchange.json({ model_info: { "llama.context_length": 4096 } });
      },
    }),
    { profile: "ollama" },
  );
  const models = provider.listModels();
  await upstream.exchange(5);
  open.open();
  expect((await models).map(({ contextLength }) => contextLength)).toEqual(ids.map(() => 4096));
  expect(most).toBe(4);
});

function props(contextLength: number): object {
  return { default_generation_settings: { n_ctx: contextLength } };
}

function routed(...args: readonly string[]): object {
  return { data: [{ id: "m", status: { value: "unloaded", args: ["llama-server", ...args] } }] };
}
