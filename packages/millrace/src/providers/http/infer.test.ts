import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  chunk,
  DONE_EVENT,
  event,
  head,
  LAST_CHUNK,
  streamHead,
  wholeReply,
} from "../../conformance/scripted-upstream/reply-bytes.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import {
  AuthError,
  ContextOverflowError,
  ModelNotFoundError,
  ProtocolError,
  ProviderError,
  RateLimitError,
  TruncatedError,
} from "../../model/errors.ts";
import type { Message } from "../../model/message.ts";
import type { HttpProviderOptions } from "./options.ts";
import { openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion, delta, saying, USAGE } from "./testing/wire.ts";

const ASK = { model: "m", prompt: "hi" };
const WHOLE: HttpProviderOptions = { streamUpstream: false };

describe("the request", () => {
  test("Q3: a tool choice goes with tools only", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("hello")), WHOLE);
    await provider.infer({ ...ASK, tools: [{ name: "now" }], toolChoice: "auto" });
    await provider.infer({ ...ASK, tools: [], toolChoice: "auto" });
    expect(upstream.exchanges[0]?.request.json()).toMatchObject({
      tools: [{ type: "function", function: { name: "now" } }],
      tool_choice: "auto",
    });
    expect(upstream.exchanges[1]?.request.json()).not.toHaveProperty("tools");
    expect(upstream.exchanges[1]?.request.json()).not.toHaveProperty("tool_choice");
  });

  test("Q1: the answer's calls and the tools' results go back with their ids", async () => {
    const call = { id: "call_7", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } };
    const message = { role: "assistant", content: null, tool_calls: [call] };
    const { provider, upstream } = await openDesk(
      (exchange, index) =>
        exchange.json(completion("12 °C", index > 0 ? {} : { choices: [{ message, finish_reason: "tool_calls" }] })),
      WHOLE,
    );
    const asked: Message = { role: "user", content: "How warm is it?" };
    const { toolCalls } = await provider.infer({ model: "m", messages: [asked] });
    const results = toolCalls.map(({ id }): Message => ({ role: "tool", toolCallId: id, content: "12" }));
    const calling: Message = { role: "assistant", content: null, toolCalls };
    await provider.infer({ model: "m", messages: [asked, calling, ...results] });
    expect(upstream.exchanges[1]?.request.json()).toMatchObject({
      messages: [{ role: "user" }, message, { role: "tool", tool_call_id: "call_7", content: "12" }],
    });
  });

  test("Q12: a large image is written once, as the body", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("Hello")));
    const url = `data:image/png;base64,${"A".repeat(1_000_000)}`;
    const written = vi.spyOn(JSON, "stringify");
    onTestFinished(() => written.mockRestore());
    await provider.infer({ model: "m", messages: [{ role: "user", content: [{ type: "image", url }] }] });
    const large = written.mock.results.filter(({ value }) => String(value).length > url.length);
    expect(large.map(({ value }) => String(value))).toEqual([upstream.exchanges[0]?.request.body]);
  });

  test("S6: asks for a stream with token counts where the profile says so", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("hello")));
    await provider.infer(ASK);
    const { request } = await upstream.exchange(0);
    expect(request).toMatchObject({ method: "POST", path: "/v1/chat/completions" });
    expect(request.json()).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(request.headers).toMatchObject({
      accept: "application/json, text/event-stream",
      "accept-encoding": "identity",
      "content-type": "application/json",
    });
  });

  test("Q10: extra headers and query parameters go out, for all calls and for one", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("hello")), {
      headers: { "HTTP-Referer": "https://example.org" },
      query: { "api-version": "2026-01" },
    });
    await provider.infer(ASK, { headers: { Traceparent: "00-1-2-01" } });
    const { request } = await upstream.exchange(0);
    expect(request.path).toBe("/v1/chat/completions?api-version=2026-01");
    expect(request.headers).toMatchObject({ "http-referer": "https://example.org", traceparent: "00-1-2-01" });
  });

  test.each(["Authorization", "content-length", "bad name", "x-ok"])(
    "one call cannot set the header %s to something that does harm",
    async (name) => {
      const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("hello")), { apiKey: "sk-1" });
      const error = await errorOf(provider.infer(ASK, { headers: { [name]: "a\r\nx: b" } }));
      expect(error).toMatchObject({ kind: "bad_request", code: "invalid_header", provider: "desk" });
      expect(upstream.exchanges).toHaveLength(0);
    },
  );
});

describe("the answer", () => {
  test("comes from a stream, with everything around it", async () => {
    const { provider } = await openDesk((exchange) =>
      exchange.stream(saying("Hel", "lo"), { "x-request-id": "req-1", "cf-ray": "ray" }),
    );
    expect(await provider.infer(ASK)).toMatchObject({
      id: "chat-1",
      text: "Hello",
      model: "m",
      finishReason: "stop",
      provider: "desk",
      requestId: "req-1",
      usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
      warnings: [],
    });
  });

  test("comes from one document where the profile or the caller does not want a stream", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("Hello")), WHOLE);
    expect(await provider.infer(ASK)).toMatchObject({ text: "Hello", provider: "desk", usage: { totalTokens: 5 } });
    expect(upstream.exchanges[0]?.request.json()).not.toHaveProperty("stream");
  });

  test("S17: a document that comes instead of a stream is read", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("Hello")));
    expect((await provider.infer(ASK)).text).toBe("Hello");
  });

  test("a stream that comes instead of a document is put together (conformance case 41)", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hel", "lo")), WHOLE);
    expect((await provider.infer(ASK)).text).toBe("Hello");
  });

  test.each(["text/plain", "application/octet-stream", "application/json", ""])(
    "a stream that calls itself %j is one all the same (conformance case 42)",
    async (type) => {
      const { provider } = await openDesk(async (exchange) => {
        await exchange.send(head(200, { "content-type": type, connection: "close" }));
        await exchange.send(saying("Hello").join(""));
        exchange.close();
      }, WHOLE);
      expect((await provider.infer(ASK)).text).toBe("Hello");
    },
  );

  test("blank lines before a document keep the connection alive and mean nothing", async () => {
    const { provider } = await openDesk(async (exchange) => {
      const text = `\n\n\n${JSON.stringify(completion("Hello"))}`;
      await exchange.sendPieces([head(200, { "content-length": String(text.length) }), "\n", "\n", text.slice(2)]);
    }, WHOLE);
    expect((await provider.infer(ASK)).text).toBe("Hello");
  });

  test("another model than was asked for is told as a warning", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("Hello", { model: "other" })), WHOLE);
    const answer = await provider.infer({ ...ASK, model: "qwen3-8b" });
    expect(answer.model).toBe("other");
    expect(answer.warnings.map(({ code }) => code)).toEqual(["model-mismatch"]);
  });

  test("the latency runs from just before sending until the answer is complete", async () => {
    const clock = new FakeClock();
    const { provider } = await openDesk(
      async (exchange) => {
        clock.advance(200);
        await exchange.send(streamHead());
        clock.advance(50.4);
        await exchange.send(chunk(saying("Hello").join("")) + LAST_CHUNK);
      },
      { clock },
    );
    expect((await provider.infer(ASK)).latencyMs).toBe(250);
  });

  test("connections carry one answer after the other", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("Hello")));
    for (let call = 0; call < 6; call += 1) await provider.infer(ASK);
    // A call right after another may begin before the first connection is back in the pool.
    expect(upstream.connections).toBeLessThanOrEqual(2);
  });

  test("a server that goes on after the end is left", async () => {
    const clock = new FakeClock();
    const { provider, upstream } = await openDesk(
      async (exchange) => {
        await exchange.send(streamHead() + chunk(saying("Hello").join("")).toString());
        while (clock.pending === 0 && !exchange.isClosed) await new Promise((resolve) => setImmediate(resolve));
        while (!exchange.isClosed) {
          clock.advance(100);
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
      { clock, timeouts: { connect: 0, firstByte: 0, firstContent: 0, idle: 0 } },
    );
    expect((await provider.infer(ASK)).text).toBe("Hello");
    await (
      await upstream.exchange(0)
    ).closed;
    expect(clock.pending).toBe(0);
  });

  test("what was dropped from the request because the model refuses it is told", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("Hello")), {
      ...WHOLE,
      profile: "xai",
    });
    const answer = await provider.infer({ model: "grok-4", prompt: "hi", presencePenalty: 0.2 });
    expect(upstream.exchanges[0]?.request.json()).not.toHaveProperty("presence_penalty");
    expect(answer.warnings.map(({ code }) => code)).toContain("parameter-dropped");
  });
});

describe("failures", () => {
  test("N1, N2: an error reply is a typed error with everything the server said", async () => {
    const body = { error: { message: "Slow down", type: "rate_limit_error", code: "rate_limit_exceeded" } };
    const { provider } = await openDesk((exchange) =>
      exchange.json(body, 429, { "retry-after": "2", "x-request-id": "req-9" }),
    );
    const error = await errorOf(provider.infer(ASK));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({
      kind: "rate_limit",
      status: 429,
      code: "rate_limit_exceeded",
      upstreamMessage: "Slow down",
      retryAfterMs: 2000,
      retryable: true,
      requestId: "req-9",
      provider: "desk",
      message: "desk: Slow down",
    });
  });

  test.each([
    ["x-request-id", { "cf-ray": "z", "x-request-id": "a", "request-id": "b" }, "a"],
    ["request-id", { "cf-ray": "z", "request-id": "b" }, "b"],
    ["x-ms-request-id", { "cf-ray": "z", "x-ms-request-id": "c", "apim-request-id": "d" }, "c"],
    ["apim-request-id", { "cf-ray": "z", "apim-request-id": "d" }, "d"],
    ["x-generation-id", { "cf-ray": "z", "x-generation-id": "e" }, "e"],
    ["cf-ray last", { "cf-ray": "z" }, "z"],
  ])("the request id is read from %s", async (_name, headers, id) => {
    const { provider } = await openDesk((exchange) => exchange.json({ error: { message: "no" } }, 500, headers));
    expect((await errorOf(provider.infer(ASK))).requestId).toBe(id);
  });

  test.each([
    [
      "a full context",
      400,
      { error: { code: "context_length_exceeded", message: "too long" } },
      ContextOverflowError,
      false,
    ],
    ["a bad key", 401, { error: "Unauthorized" }, AuthError, false],
    [
      "an unknown model",
      404,
      { error: { code: "model_not_found", message: "no such model" } },
      ModelNotFoundError,
      false,
    ],
    ["a broken server", 500, { error: { message: "boom" } }, ProviderError, true],
  ])("N2: %s has its own class and says whether to try again", async (_name, status, body, type, retryable) => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(body, status));
    const error = await errorOf(provider.infer(ASK));
    expect(error).toBeInstanceOf(type);
    expect(error.retryable).toBe(retryable);
    expect(upstream.exchanges).toHaveLength(1);
  });

  test.each([WHOLE, { streamUpstream: true }])("N6: an error object in a 200 is an error (%j)", async (options) => {
    const { provider } = await openDesk(
      (exchange) => exchange.json({ code: "overloaded", error: "The model is overloaded" }),
      options,
    );
    expect((await errorOf(provider.infer(ASK))).message).toBe("desk: The model is overloaded");
  });

  test("N6: an empty list of choices is no answer", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("x", { choices: [] })), WHOLE);
    expect(await errorOf(provider.infer(ASK))).toBeInstanceOf(ProtocolError);
  });

  test("N12: a reply larger than the limit is refused", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("x".repeat(5000))), {
      ...WHOLE,
      limits: { replyBodyBytes: 4000 },
    });
    expect((await errorOf(provider.infer(ASK))).kind).toBe("protocol");
  });

  test("a web page is a protocol error that hints at the base URL, and shows no markup", async () => {
    const { provider } = await openDesk((exchange) =>
      exchange.send(wholeReply(200, "<html><title>Welcome</title><p>hi</p></html>", { "content-type": "text/html" })),
    );
    const { kind, message } = await errorOf(provider.infer(ASK));
    expect(kind).toBe("protocol");
    expect(message).toMatch(/^desk: .*Welcome.*base URL/u);
    expect(message).not.toContain("<");
  });

  test("S4: a stream that is cut is an error that keeps what had arrived", async () => {
    const { provider } = await openDesk(async (exchange) => {
      await exchange.stream([delta({ content: "Hel" }), delta({ content: "lo" })], { "x-request-id": "req-4" });
    });
    const error = await errorOf(provider.infer(ASK));
    expect(error).toBeInstanceOf(TruncatedError);
    expect(error.failure.partial).toBe(true);
    expect(error).toMatchObject({ partial: { text: "Hello" }, requestId: "req-4" });
  });

  test("S5: an error inside a stream is an error, with the usage that was told before it", async () => {
    const { provider } = await openDesk((exchange) =>
      exchange.stream([
        delta({ content: "Hel" }),
        event({ choices: [], usage: USAGE }),
        event({ error: { code: 500, message: "Context size has been exceeded.", type: "server_error" } }),
        DONE_EVENT,
      ]),
    );
    const error = await errorOf(provider.infer(ASK));
    expect(error.kind).toBe("context_overflow");
    expect(error.partial).toMatchObject({ text: "Hel", usage: { totalTokens: 5 } });
  });

  test("a connection that breaks in the middle keeps what had arrived", async () => {
    const { provider } = await openDesk(async (exchange) => {
      await exchange.send(streamHead() + chunk(delta({ content: "Hel" })).toString());
      await exchange.sendPieces([chunk(delta({ content: "lo" }))]);
      exchange.reset();
    });
    const error = await errorOf(provider.infer(ASK));
    expect(error.kind).toBe("truncated");
    expect(error.partial?.text).toMatch(/^Hel/u);
    expect(error.message).toMatch(/^desk: /u);
  });

  test("an unreachable host is a connection error that says what to check", async () => {
    const { provider, upstream } = await openDesk(() => {});
    await upstream.close();
    const error = await errorOf(provider.infer(ASK));
    expect(error).toMatchObject({ kind: "connection", retryable: true, provider: "desk" });
    expect(error.message).toMatch(/^desk: 127\.0\.0\.1:\d+ could not be reached/u);
  });

  test("the key is in no message and no account, whoever repeats it", async () => {
    const apiKey = 'sk-"quoted"\\secret';
    const { provider } = await openDesk(
      (exchange) =>
        exchange.json(
          { error: { message: `Bad key ${apiKey}`, code: apiKey, metadata: { raw: `{"k":"${apiKey}"}` } } },
          401,
        ),
      { apiKey, headers: { "x-org-token": "tok-1" }, query: { key: "q-1" } },
    );
    const error = await errorOf(provider.infer(ASK));
    const everything = JSON.stringify([error.message, error.failure]);
    expect(error.message).toContain("[redacted]");
    expect(everything).not.toContain("secret");
  });

  test("an error reply that breaks off is still told by its status", async () => {
    const { provider } = await openDesk(async (exchange) => {
      await exchange.send(head(503, { "content-length": "500", "content-type": "application/json" }) + '{"error":');
      exchange.reset();
    });
    expect(await errorOf(provider.infer(ASK))).toMatchObject({ status: 503, retryable: true });
  });
});

describe("the end of a call", () => {
  test("S19: the caller's signal ends it, and the server sees that at once", async () => {
    const { provider, upstream } = await openDesk(() => {});
    const stop = new AbortController();
    const call = errorOf(provider.infer(ASK, { signal: stop.signal }));
    const exchange = await upstream.exchange(0);
    stop.abort();
    await exchange.closed;
    expect(await call).toMatchObject({ kind: "cancelled", retryable: false });
  });

  test("a signal that has fired already sends nothing", async () => {
    const { provider, upstream } = await openDesk(() => {});
    expect((await errorOf(provider.infer(ASK, { signal: AbortSignal.abort() }))).kind).toBe("cancelled");
    expect(upstream.connections).toBe(0);
  });

  test("S19: closing the provider cancels what is in flight, and nothing more is taken", async () => {
    const { provider, upstream } = await openDesk(() => {});
    const call = errorOf(provider.infer(ASK));
    const exchange = await upstream.exchange(0);
    await provider.close();
    expect((await call).kind).toBe("cancelled");
    await exchange.closed;
    expect(await errorOf(provider.infer(ASK))).toMatchObject({ kind: "connection", code: "provider_closed" });
  });

  test("retiring waits for what is in flight", async () => {
    let finish = (): void => {};
    const { provider, upstream } = await openDesk(async (exchange) => {
      await new Promise<void>((resolve) => (finish = resolve));
      await exchange.stream(saying("Hello"));
    });
    const call = provider.infer(ASK);
    await upstream.exchange(0);
    const retired = provider.retire();
    finish();
    expect((await call).text).toBe("Hello");
    await retired;
    expect((await errorOf(provider.infer(ASK))).code).toBe("provider_closed");
  });
});
