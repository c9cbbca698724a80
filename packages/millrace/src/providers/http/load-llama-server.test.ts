import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseHttpTranscript } from "../../conformance/recordings/http-transcript.ts";
import type { Script } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { errorOf } from "./testing/failing.ts";
import { openLoadDesk, type Routes, serving } from "./testing/load-desk.ts";

/** The recorded replies of a real server, by route. */
function recorded(file: string): Routes {
  const path = new URL(`../../../../../fixtures/llama-server/${file}`, import.meta.url);
  const exchanges = parseHttpTranscript(readFileSync(path, "utf8"));
  const gets = exchanges.filter(({ request }) => request.method === "GET");
  return Object.fromEntries(gets.map(({ request, reply }) => [request.path, [reply.status, reply.body]]));
}

const LLAMA_METRICS = `# HELP llamacpp:requests_processing Number of requests processing.
# TYPE llamacpp:requests_processing gauge
llamacpp:requests_processing 2
# HELP llamacpp:requests_deferred Number of requests deferred.
# TYPE llamacpp:requests_deferred gauge
llamacpp:requests_deferred 5
`;

describe("llama.cpp", () => {
  const recording = recorded("01-models-props-health.txt");
  const slots = [{ is_processing: true }, { is_processing: false }, { is_processing: true }];

  test("tells its slots, and which of them are taken, as recorded", async () => {
    const { provider, use } = await openLoadDesk("llama.cpp", serving(recording));
    await use();
    expect(await provider.readLoad()).toEqual({ slots: 2, running: 0, loaded: ["tiny"] });
  });

  test("tells what works and what waits with `--metrics`, and then needs not be asked for its slots", async () => {
    const { provider, use, asked } = await openLoadDesk(
      "llama.cpp",
      serving({ ...recording, "/metrics": LLAMA_METRICS }),
    );
    await use();
    expect(await provider.readLoad()).toEqual({ slots: 2, running: 2, waiting: 5, loaded: ["tiny"] });
    expect(asked()).toEqual(["/props", "/metrics", "/v1/models"]);
  });

  test("tells its slots one by one where there is no `/props`", async () => {
    const { provider, use } = await openLoadDesk("llama.cpp", serving({ "/slots": slots }));
    await use();
    expect(await provider.readLoad()).toEqual({ slots: 3, running: 2 });
  });

  test("tells how many slots there are where nothing else is switched on", async () => {
    const disabled = [501, { error: { code: 501, message: "This server does not support slots endpoint." } }] as const;
    const routes = { "/props": { total_slots: 4 }, "/slots": disabled, "/metrics": disabled };
    const { provider, use } = await openLoadDesk("llama.cpp", serving(routes));
    await use();
    expect(await provider.readLoad()).toEqual({ slots: 4 });
  });

  test("in router mode tells which models are loaded, as recorded", async () => {
    const { provider, use } = await openLoadDesk("llama.cpp", serving(recorded("13-router.txt")));
    await use();
    expect(await provider.readLoad()).toEqual({ loaded: ["tiny-b"] });
  });

  test("tells nothing while it loads, and is asked again", async () => {
    const routes = recorded("10-loading.txt");
    const loading = [503, { error: { message: "Loading model", type: "unavailable_error", code: 503 } }] as const;
    Object.assign(routes, { "/props": loading, "/v1/models": loading });
    const { provider, asked } = await openLoadDesk("llama.cpp", serving(routes));
    expect(await provider.readLoad()).toBeUndefined();
    routes["/props"] = { total_slots: 2 };
    expect(await provider.readLoad()).toEqual({ slots: 2 });
    expect(asked()).toEqual(["/props", "/v1/models", "/props", "/v1/models"]);
  });

  describe("is left to its sleep", () => {
    test("by not asking what would wake it, while it works for nobody here", async () => {
      const { provider, asked } = await openLoadDesk("llama.cpp", serving(recording));
      expect(await provider.readLoad()).toEqual({ slots: 2, loaded: ["tiny"] });
      expect(asked()).toEqual(["/props", "/v1/models"]);
    });

    test("when a minute is over since it last worked", async () => {
      const { provider, clock, use, asked } = await openLoadDesk(
        "llama.cpp",
        serving({ ...recording, "/metrics": [404, ""] }),
      );
      await use();
      await provider.readLoad();
      clock.advance(59_999);
      await provider.readLoad();
      expect(asked().filter((path) => path === "/slots")).toHaveLength(2);
      clock.advance(1);
      await provider.readLoad();
      expect(asked()).toEqual(["/props", "/v1/models"]);
      await use();
      await provider.readLoad();
      expect(asked()).toContain("/slots");
    });

    test("but not while a call to it lasts, however long", async () => {
      const quiet: Script = serving(recording);
      const { provider, clock, upstream, asked } = await openLoadDesk("llama.cpp", (exchange, index) =>
        exchange.request.method === "POST" ? undefined : quiet(exchange, index),
      );
      const stop = new AbortController();
      const call = errorOf(provider.infer({ model: "m", prompt: "hi" }, { signal: stop.signal }));
      await upstream.exchange(0);
      await provider.readLoad();
      asked();
      clock.advance(100_000);
      await provider.readLoad();
      expect(asked()).toContain("/slots");
      stop.abort();
      await call;
    });

    test("when it says that it sleeps: it has nothing loaded and works for nobody", async () => {
      const props = { total_slots: 2, is_sleeping: true };
      const { provider, use, asked } = await openLoadDesk("llama.cpp", serving({ ...recording, "/props": props }));
      await use();
      expect(await provider.readLoad()).toEqual({ slots: 2, running: 0, loaded: [] });
      expect(asked()).toEqual(["/props"]);
    });
  });
});
