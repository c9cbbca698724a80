import { describe, expect, test } from "vitest";
import type { ServerLoad } from "../provider.ts";
import { errorOf } from "./testing/failing.ts";
import { type Answer, openLoadDesk, type Routes, serving } from "./testing/load-desk.ts";

describe("other servers", () => {
  test.each<[string, string, Routes, ServerLoad]>([
    [
      "vLLM, over all of its engines",
      "vllm",
      {
        "/metrics": `vllm:num_requests_running{engine="0",model_name="m"} 3.0
vllm:num_requests_running{engine="1",model_name="m"} 4.0
vllm:num_requests_waiting{engine="0",model_name="m"} 12.0
vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 12.0
`,
      },
      { running: 7, waiting: 12 },
    ],
    [
      "SGLang, over all of its ranks",
      "sglang",
      {
        "/v1/loads?include=core": {
          version: "0.5",
          loads: [
            { dp_rank: 0, num_running_reqs: 2, num_waiting_reqs: 1, max_running_requests: 128 },
            { dp_rank: 1, num_running_reqs: 1, num_waiting_reqs: 0, max_running_requests: 128 },
          ],
        },
      },
      { slots: 256, running: 3, waiting: 1 },
    ],
    [
      "an older SGLang with priorities",
      "sglang",
      {
        "/metrics": `sglang:num_running_reqs{model_name="m",priority="",tp_rank="0"} 5.0
sglang:num_running_reqs{model_name="m",priority="1",tp_rank="0"} 5.0
sglang:num_queue_reqs{model_name="m",priority="",tp_rank="0"} 2.0
`,
      },
      { running: 5, waiting: 2 },
    ],
    ["TGI", "tgi", { "/metrics": "tgi_batch_current_size 4\ntgi_queue_size 7\n" }, { running: 4, waiting: 7 }],
    [
      "Ollama: what is loaded",
      "ollama",
      { "/api/ps": { models: [{ name: "a:8b", model: "a:8b" }, { name: "b:8b" }, { size: 1 }, null] } },
      { loaded: ["a:8b", "b:8b"] },
    ],
    ["Ollama with nothing loaded", "ollama", { "/api/ps": { models: null } }, { loaded: [] }],
    [
      "LM Studio: what is loaded",
      "lmstudio",
      {
        "/api/v0/models": {
          data: [
            { id: "a", state: "loaded" },
            { id: "b", state: "not-loaded" },
            { id: "c", state: "loading" },
          ],
        },
      },
      { loaded: ["a"] },
    ],
  ])("%s", async (_title, profile, routes, load) => {
    const { provider } = await openLoadDesk(profile, serving(routes));
    expect(await provider.readLoad()).toEqual(load);
  });

  test.each(["openai", "openai-compatible", "localai"])("%s is asked nothing", async (profile) => {
    const { provider, asked } = await openLoadDesk(profile, serving({}));
    expect(await provider.readLoad()).toBeUndefined();
    expect(asked()).toEqual([]);
  });
});

describe("a route that is not there", () => {
  test.each<[string, Answer | undefined]>([
    ["missing", undefined],
    ["refused", [403, { error: { message: "Your key lacks the scope" } }]],
    ["an error in a 200, as LM Studio answers unknown routes", { error: "Unexpected endpoint or method." }],
    ["a web page", "<html><title>Chat</title></html>"],
    ["JSON that was cut", '{"data":[{"id":"a"'],
    ["a list too long to read", `{"data":["${"x".repeat(1_100_000)}"]}`],
    ["a list of too much", `{"data":[${"[],".repeat(340_000)}[]]}`],
  ])("(%s) is not asked again for five minutes", async (_title, answer) => {
    const routes: Routes = answer === undefined ? {} : { "/api/v0/models": answer };
    const { provider, clock, asked } = await openLoadDesk("lmstudio", serving(routes));
    expect(await provider.readLoad()).toBeUndefined();
    clock.advance(299_999);
    expect(await provider.readLoad()).toBeUndefined();
    expect(asked()).toHaveLength(1);
    routes["/api/v0/models"] = { data: [{ id: "a", state: "loaded" }] };
    clock.advance(1);
    expect(await provider.readLoad()).toEqual({ loaded: ["a"] });
  });

  test.each<[string, Answer]>([
    ["busy", [429, { error: { message: "Slow down" } }]],
    ["broken for now", [500, { error: { message: "boom" } }]],
  ])("(%s) is asked again at once", async (_title, answer) => {
    const routes: Routes = { "/metrics": answer };
    const { provider } = await openLoadDesk("vllm", serving(routes));
    expect(await provider.readLoad()).toBeUndefined();
    routes["/metrics"] = "vllm:num_requests_running 1\n";
    expect(await provider.readLoad()).toEqual({ running: 1 });
  });

  test("is asked again when the server was gone: another one may be there now", async () => {
    const routes: Routes = {};
    let isGone = false;
    const script = serving(routes);
    const { provider } = await openLoadDesk("vllm", (exchange, index) =>
      isGone ? exchange.reset() : script(exchange, index),
    );
    await provider.readLoad();
    routes["/metrics"] = "vllm:num_requests_running 1\n";
    expect(await provider.readLoad()).toBeUndefined();
    isGone = true;
    expect((await provider.healthCheck()).state).toBe("down");
    isGone = false;
    expect(await provider.readLoad()).toEqual({ running: 1 });
  });

  test("is asked again when another route was silent", async () => {
    const routes: Routes = { "/v1/loads?include=core": [404, ""] };
    const script = serving(routes);
    let isGone = false;
    const { provider, asked } = await openLoadDesk("sglang", (exchange, index) =>
      isGone ? exchange.reset() : script(exchange, index),
    );
    routes["/metrics"] = "sglang:num_running_reqs 1\n";
    expect(await provider.readLoad()).toEqual({ running: 1 });
    isGone = true;
    expect(await provider.readLoad()).toBeUndefined();
    isGone = false;
    asked();
    expect(await provider.readLoad()).toEqual({ running: 1 });
    expect(asked()).toEqual(["/v1/loads?include=core", "/metrics"]);
  });
});

describe("nonsense", () => {
  test.each<[string, object]>([
    ["a negative count", { max_running_requests: -1, num_running_reqs: -5, num_waiting_reqs: 1 }],
    ["text", { max_running_requests: "many", num_running_reqs: null, num_waiting_reqs: 1 }],
    ["more than can be counted", { max_running_requests: 1e300, num_running_reqs: 1e300, num_waiting_reqs: 1 }],
    ["no place at all", { max_running_requests: 0, num_waiting_reqs: 1 }],
  ])("%s is nothing that was told", async (_title, row) => {
    const { provider } = await openLoadDesk(
      "sglang",
      serving({ "/v1/loads?include=core": { loads: [row, "x", null] } }),
    );
    expect(await provider.readLoad()).toEqual({ waiting: 1 });
  });

  test("behind four megabytes is not read, and a number that was cut is none", async () => {
    const known = 'vllm:num_requests_running{model_name="m"} 1\n';
    const last = 'vllm:num_requests_waiting{model_name="m"} 1';
    const filler = `${"x".repeat(4 * 1024 * 1024 - known.length - last.length - 1)}\n`;
    const { provider } = await openLoadDesk("vllm", serving({ "/metrics": `${known}${filler}${last}234\n` }));
    expect(await provider.readLoad()).toEqual({ running: 1 });
  });
});

test("rejects only when it is cancelled", async () => {
  const { provider, upstream } = await openLoadDesk("vllm", () => {});
  const stop = new AbortController();
  const load = errorOf(provider.readLoad({ signal: stop.signal }));
  await upstream.exchange(0);
  stop.abort();
  expect((await load).kind).toBe("cancelled");
});

test("a server that hangs tells nothing, after a short while", async () => {
  const { provider, upstream, clock } = await openLoadDesk("vllm", () => {});
  const load = provider.readLoad();
  await upstream.exchange(0);
  clock.advance(5_000);
  expect(await load).toBeUndefined();
});
