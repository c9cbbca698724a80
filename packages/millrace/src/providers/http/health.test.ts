import { describe, expect, test } from "vitest";
import { wholeReply } from "../../conformance/scripted-upstream/reply-bytes.ts";
import type { Script } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { HEALTH_TIMEOUTS } from "./health.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";

const LIST = { object: "list", data: [{ id: "m" }] };

type Routes = Readonly<Record<string, readonly [status: number, body: unknown]>>;

/** A server that has these routes and no others. */
function having(routes: Routes): Script {
  return (exchange) => {
    const missing = { error: { message: "File Not Found", type: "not_found_error", code: 404 } };
    const [status, body] = routes[exchange.request.path] ?? [404, missing];
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return exchange.send(wholeReply(status, text, typeof body === "string" ? { "content-type": "text/html" } : {}));
  };
}

describe("health", () => {
  test.each<[string, Routes]>([
    ["a list of models", { "/v1/models": [200, LIST] }],
    ["an empty list", { "/v1/models": [200, { data: null }] }],
    ["an empty reply", { "/v1/models": [200, ""] }],
    ["plain text", { "/v1/models": [200, "Ollama is running"] }],
  ])("is up by %s", async (_name, routes) => {
    const { provider } = await openDesk(having(routes));
    expect(await provider.healthCheck()).toEqual({ healthy: true, state: "up", latencyMs: expect.any(Number) });
  });

  test.each<[string, number, unknown, string, boolean]>([
    ["a refused key", 401, { error: "Unauthorized" }, "auth_required", false],
    ["a key that may not", 403, { error: { message: "Your key lacks the scope" } }, "auth_required", false],
    ["a rate limit, which passes", 429, { error: { message: "Too many requests" } }, "limited", true],
    ["an account without credit", 402, { error: { message: "Insufficient balance" } }, "limited", false],
    [
      "a model that loads",
      503,
      { error: { message: "Loading model", type: "unavailable_error", code: 503 } },
      "loading",
      false,
    ],
    ["an error", 500, { error: { message: "boom" } }, "failing", false],
    ["an error in a 200", 200, { error: { message: "boom" } }, "failing", false],
    ["a web page", 200, "<html><title>Chat</title></html>", "failing", false],
  ])("H1: %s is told as what it is", async (_name, status, body, state, healthy) => {
    const { provider } = await openDesk(having({ "/v1/models": [status, body] }));
    const health = await provider.healthCheck();
    expect(health).toMatchObject({ state, healthy });
    expect(health.failure?.message).toMatch(/^desk: /u);
  });

  test("H1: an unreachable host is down, not an error", async () => {
    const { provider, upstream } = await openDesk(() => {});
    await upstream.close();
    expect(await provider.healthCheck()).toMatchObject({
      state: "down",
      healthy: false,
      failure: { kind: "connection" },
    });
  });

  test("H1: a server that hangs is down after its own short limit", async () => {
    const clock = new FakeClock();
    const { provider, upstream } = await openDesk(() => {}, { clock });
    const health = provider.healthCheck();
    await upstream.exchange(0);
    clock.advance(HEALTH_TIMEOUTS.firstByte);
    expect(await health).toMatchObject({ state: "down", latencyMs: 5000, failure: { kind: "timeout" } });
  });

  test("rejects only when it is cancelled", async () => {
    const { provider, upstream } = await openDesk(() => {});
    const stop = new AbortController();
    const health = errorOf(provider.healthCheck({ signal: stop.signal }));
    const exchange = await upstream.exchange(0);
    stop.abort();
    expect((await health).kind).toBe("cancelled");
    await exchange.closed;
  });
});

describe("the route that is asked", () => {
  test("is the profile's own, beside the version", async () => {
    const { provider, upstream } = await openDesk(
      having({ "/health": [503, { error: { message: "Loading model", code: 503, type: "unavailable_error" } }] }),
      { profile: "llama.cpp" },
    );
    expect((await provider.healthCheck()).state).toBe("loading");
    expect(upstream.exchanges.map(({ request }) => request.path)).toEqual(["/health"]);
  });

  test("H1: is the list of models where that one is not there", async () => {
    const { provider, upstream } = await openDesk(having({ "/v1/models": [200, LIST] }), { profile: "vllm" });
    expect((await provider.healthCheck()).state).toBe("up");
    expect(upstream.exchanges.map(({ request }) => request.path)).toEqual(["/health", "/v1/models"]);
  });

  test("H1: is the chat route, with an empty request, where there is no list either", async () => {
    const { provider, upstream } = await openDesk(
      having({
        "/v1/chat/completions": [400, { error: { message: "messages is required", type: "invalid_request_error" } }],
      }),
    );
    expect((await provider.healthCheck()).state).toBe("up");
    expect(upstream.exchanges.at(-1)?.request).toMatchObject({ method: "POST", body: "{}" });
  });

  test("is nowhere at a wrong address: that is not healthy", async () => {
    const { provider } = await openDesk(having({}));
    expect(await provider.healthCheck()).toMatchObject({ state: "failing", healthy: false });
  });

  test("a health route that needs no key does not vouch for ours (conformance case 191)", async () => {
    const { provider } = await openDesk(
      having({
        "/health": [200, { status: "ok" }],
        "/v1/models": [401, { error: { message: "Invalid API Key", code: 401 } }],
      }),
      { profile: "llama.cpp", apiKey: "wrong" },
    );
    expect(await provider.healthCheck()).toMatchObject({ state: "auth_required", healthy: false });
  });

  test("a list that has trouble of its own does not make a healthy server sick", async () => {
    const { provider } = await openDesk(
      having({ "/health": [200, { status: "ok" }], "/v1/models": [500, { error: { message: "boom" } }] }),
      { profile: "llama.cpp" },
    );
    expect((await provider.healthCheck()).state).toBe("up");
  });
});
