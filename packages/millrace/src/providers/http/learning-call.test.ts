import { describe, expect, test } from "vitest";
import type { UpstreamExchange } from "../../conformance/scripted-upstream/exchange.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { LearnedParameters } from "./learned-parameters.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion, saying } from "./testing/wire.ts";

const ASK = { model: "m", prompt: "hi" };

/** A server that refuses these parameters, one at a time, and answers everything else. */
function refusing(...parameters: readonly string[]): (exchange: UpstreamExchange) => Promise<void> {
  return async (exchange) => {
    const body = exchange.request.json() as Record<string, unknown>;
    const refused = parameters.find((parameter) => body[parameter] !== undefined);
    if (refused !== undefined) {
      await exchange.json({ error: { message: `Unsupported parameter: '${refused}'`, param: refused } }, 400);
    } else if (body["stream"] === true) await exchange.stream(saying("Hello"));
    else await exchange.json(completion("Hello"));
  };
}

describe("a parameter that turns out to be refused", () => {
  test("is left out, told, and remembered (conformance cases 201 and 204)", async () => {
    const { provider, upstream } = await openDesk(refusing("stream_options"));
    const first = await provider.infer(ASK);
    expect(first.text).toBe("Hello");
    expect(first.warnings).toEqual([
      { code: "parameter-dropped", message: "the server refused stream_options: it was sent without" },
    ]);
    expect(upstream.exchanges).toHaveLength(2);
    expect(provider.learned).toEqual([{ model: "m", parameter: "stream_options", action: "dropped" }]);

    const second = await provider.infer(ASK);
    expect(upstream.exchanges).toHaveLength(3);
    expect(second.warnings).toHaveLength(1);
  });

  test("is told in a stream, as an event and with the answer", async () => {
    const { provider } = await openDesk(refusing("stream_options"));
    const stream = provider.inferStream(ASK);
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect(types.slice(0, 2)).toEqual(["start", "warning"]);
    expect((await stream.response).warnings.map(({ code }) => code)).toEqual(["parameter-dropped"]);
  });

  test("goes out under its other name where it has one (conformance case 202)", async () => {
    const { provider, upstream } = await openDesk(refusing("max_tokens"), { streamUpstream: false });
    await provider.infer({ ...ASK, maxTokens: 5 });
    expect(upstream.exchanges[1]?.request.json()).toMatchObject({ max_completion_tokens: 5 });
    expect(provider.learned).toMatchObject([
      { parameter: "max_tokens", action: "renamed", to: "max_completion_tokens" },
    ]);
  });

  test("may be one of several, refused one after the other", async () => {
    const { provider, upstream } = await openDesk(refusing("store", "user", "metadata"), { streamUpstream: false });
    await provider.infer({ ...ASK, store: true, user: "u", metadata: { a: "b" } });
    expect(upstream.exchanges).toHaveLength(4);
    expect(provider.learned).toHaveLength(3);
  });

  test.each([
    ["a Python server", 422, { detail: [{ loc: ["body", "stream_options"], msg: "extra fields not permitted" }] }],
    [
      "Mistral, which puts that into its message",
      422,
      {
        object: "error",
        message: { detail: [{ loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" }] },
      },
    ],
    ["a flat message", 400, { message: "body.stream_options: property is unsupported", code: "wrong_api_format" }],
  ])("is known by the words of %s (conformance case 201)", async (_name, status, body) => {
    const { provider, upstream } = await openDesk((exchange) =>
      "stream_options" in (exchange.request.json() as object)
        ? exchange.json(body, status)
        : exchange.stream(saying("Hello")),
    );
    expect((await provider.infer(ASK)).text).toBe("Hello");
    expect(upstream.exchanges).toHaveLength(2);
    expect(provider.learned).toHaveLength(1);
  });

  test("is Ollama's of thinking, where the model does not reason", async () => {
    const line = '{"model":"m","message":{"role":"assistant","content":"Hello"},"done":true,"done_reason":"stop"}\n';
    const { provider, upstream } = await openDesk(
      (exchange) =>
        "think" in (exchange.request.json() as object)
          ? exchange.json({ error: '"m" does not support thinking' }, 400)
          : exchange.stream([line]),
      { profile: "ollama-native" },
    );
    const answer = await provider.infer({ ...ASK, reasoningEffort: "high" });
    expect(answer.text).toBe("Hello");
    expect(answer.warnings).toEqual([
      { code: "parameter-dropped", message: "the server refused think: it was sent without" },
    ]);
    expect(upstream.exchanges.map(({ request }) => (request.json() as { think?: string }).think)).toEqual([
      "high",
      undefined,
    ]);
  });

  test("is a value, where the server says which it takes, and other values go on as they are", async () => {
    const { provider, upstream } = await openDesk(
      (exchange) => {
        const { reasoning_effort: effort } = exchange.request.json() as { readonly reasoning_effort: string };
        if (effort === "low" || effort === "high") return exchange.json(completion("Hello"));
        const message = `Unsupported value: 'reasoning_effort' does not support '${effort}' with this model. Supported values are: 'low' and 'high'.`;
        return exchange.json({ error: { message, param: "reasoning_effort", code: "unsupported_value" } }, 400);
      },
      { streamUpstream: false },
    );
    const { warnings } = await provider.infer({ ...ASK, reasoningEffort: "none" });
    expect(warnings).toEqual([
      { code: "parameter-dropped", message: "the server refused reasoning_effort none: it was sent as low" },
    ]);
    for (const reasoningEffort of ["none", "high", "xhigh"]) await provider.infer({ ...ASK, reasoningEffort });
    const sent = upstream.exchanges.map(
      ({ request }) => (request.json() as { readonly reasoning_effort: string }).reasoning_effort,
    );
    expect(sent).toEqual(["none", "low", "low", "high", "xhigh", "high"]);
    expect(provider.learned).toEqual([
      { model: "m", parameter: "reasoning_effort", action: "replaced", from: "none", to: "low" },
      { model: "m", parameter: "reasoning_effort", action: "replaced", from: "xhigh", to: "high" },
    ]);
  });

  test("is remembered for its model only", async () => {
    const { provider, upstream } = await openDesk(refusing("stream_options"));
    await provider.infer(ASK);
    await provider.infer({ ...ASK, model: "other" });
    expect(upstream.exchanges).toHaveLength(4);
  });

  test("never hides another error: the last one is thrown, and nothing is remembered", async () => {
    const { provider, upstream } = await openDesk((exchange, index) =>
      index === 0
        ? exchange.json({ error: { message: "Unsupported parameter: 'stream_options'" } }, 400)
        : exchange.json({ error: { message: "The model is on fire" } }, 500),
    );
    expect((await errorOf(provider.infer(ASK))).message).toBe("desk: The model is on fire");
    expect(upstream.exchanges).toHaveLength(2);
    expect(provider.learned).toEqual([]);
  });

  test("never becomes another: where the other name is refused too, the caller's own is told", async () => {
    const { provider, upstream } = await openDesk(refusing("max_tokens", "max_completion_tokens"));
    const error = await errorOf(provider.infer({ ...ASK, maxTokens: 5 }));
    expect(error.failure.param).toBe("max_tokens");
    expect(upstream.exchanges).toHaveLength(2);
    expect(provider.learned).toEqual([]);
  });

  test("never hides what is wrong with the value under the other name", async () => {
    const { provider } = await openDesk((exchange) => {
      const { max_tokens: old } = exchange.request.json() as { readonly max_tokens?: number };
      const message = old === undefined ? "max_completion_tokens is too large" : "Use 'max_completion_tokens' instead";
      return exchange.json({ error: { message, param: old === undefined ? "value" : "max_tokens" } }, 400);
    });
    expect((await errorOf(provider.infer({ ...ASK, maxTokens: 5e9 }))).message).toContain("too large");
  });

  test("may be taken again after an upgrade: what was learned is forgotten after an hour", async () => {
    const clock = new FakeClock();
    let old = true;
    const { provider, upstream } = await openDesk(
      (exchange) => (old ? refusing("stream_options") : refusing())(exchange),
      { clock },
    );
    await provider.infer(ASK);
    old = false;
    clock.advance(59 * 60_000);
    expect((await provider.infer(ASK)).warnings).toHaveLength(1);
    expect(provider.learned).toHaveLength(1);
    clock.advance(60_000);
    expect(provider.learned).toEqual([]);
    expect((await provider.infer(ASK)).warnings).toEqual([]);
    expect(upstream.exchanges[3]?.request.json()).toHaveProperty("stream_options");
  });

  test("may be the name that it was given: the newer lesson is the one that is kept", async () => {
    let refused = "max_tokens";
    const { provider, upstream } = await openDesk((exchange) => refusing(refused)(exchange));
    await provider.infer({ ...ASK, maxTokens: 5 });
    refused = "max_completion_tokens";
    await provider.infer({ ...ASK, maxTokens: 5 });
    expect(provider.learned).toEqual([
      { model: "m", parameter: "max_completion_tokens", action: "renamed", to: "max_tokens" },
    ]);
    await provider.infer({ ...ASK, maxTokens: 5 });
    expect(upstream.exchanges).toHaveLength(5);
  });

  test("ends somewhere, whatever the server keeps saying", async () => {
    const extra = Object.fromEntries(["prompt_cache_key", "safety_identifier", "speed"].map((name) => [name, "v"]));
    const request = { ...ASK, store: true, user: "u", metadata: {}, serviceTier: "flex", extra };
    const { provider, upstream } = await openDesk(
      refusing("store", "user", "metadata", "service_tier", ...Object.keys(extra)),
    );
    expect((await errorOf(provider.infer(request))).kind).toMatch(/bad_request|unsupported/u);
    expect(upstream.exchanges).toHaveLength(7);
  });

  test("that the question depends on is the caller's to see", async () => {
    const { provider, upstream } = await openDesk(refusing("temperature"));
    expect((await errorOf(provider.infer({ ...ASK, temperature: 0 }))).failure.param).toBe("temperature");
    expect(upstream.exchanges).toHaveLength(1);
  });
});

test("what is remembered is bounded", () => {
  const learned = new LearnedParameters(new FakeClock());
  for (let model = 0; model < 3000; model += 1)
    learned.remember(`m${model}`, [{ parameter: "store", action: "dropped" }]);
  expect(learned.all().length).toBeLessThanOrEqual(1024);
  expect(learned.for("m2999")).toHaveLength(1);
});
