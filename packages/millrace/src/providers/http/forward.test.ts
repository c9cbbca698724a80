import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  chunk,
  DONE_EVENT,
  event,
  head,
  streamHead,
  wholeReply,
} from "../../conformance/scripted-upstream/reply-bytes.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { ForwardBody, ForwardRequest, Operation } from "../provider.ts";
import { systemClock } from "../transport/system-clock.ts";
import type { Transport, TransportRequest } from "../transport/transport.ts";
import { createHttpTransport } from "../transport/http-transport.ts";
import type { HttpProviderOptions } from "./options.ts";
import { type Desk, openDesk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion, delta, saying, USAGE } from "./testing/wire.ts";

/** Canonical streams, and asked to stream; as llama-server is. */
const PASS = { profile: "llama.cpp" } as const;
const PASS_WHOLE = { profile: "llama.cpp", streamUpstream: false } as const;
const MEND = { profile: "openai-compatible", streamUpstream: false } as const;

function asking(body: string | JsonObject, more: Partial<ForwardRequest> = {}): ForwardRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const json = JSON.parse(text) as JsonObject;
  return {
    operation: "chat-completions",
    model: "qwen3-8b",
    body: { bytes: new TextEncoder().encode(text), json, outline: json },
    stream: json["stream"] === true,
    ...more,
  };
}

const CHAT: JsonObject = { model: "desk/qwen3-8b", messages: [{ role: "user", content: "hi" }] };

function messagesError(message: string): JsonObject {
  return { type: "error", error: { type: "invalid_request_error", message } };
}

function bodyOf<K extends ForwardBody["kind"]>(body: ForwardBody, kind: K): Extract<ForwardBody, { kind: K }> {
  if (body.kind !== kind) throw new Error(`Expected a ${kind}, got a ${body.kind}`);
  return body as Extract<ForwardBody, { kind: K }>;
}

async function passed(body: ForwardBody): Promise<string> {
  const { bytes, observer } = bodyOf(body, "byte-stream");
  let text = "";
  for await (const piece of bytes) text += new TextDecoder().decode(observer.push(piece));
  return text + new TextDecoder().decode(observer.end());
}

async function decoded(body: ForwardBody): Promise<DecodedEvent[]> {
  const events: DecodedEvent[] = [];
  for await (const batch of bodyOf(body, "event-stream").events) events.push(...batch);
  return events;
}

/** A provider for a server that streams, and the bodies that go out to it, before they are on the wire. */
async function openKeepingDesk(
  options: HttpProviderOptions,
): Promise<Desk & { readonly sent: readonly TransportRequest["body"][] }> {
  const sent: TransportRequest["body"][] = [];
  const wire = createHttpTransport({ clock: systemClock });
  onTestFinished(() => wire.close());
  const transport: Transport = {
    send: (request) => {
      sent.push(request.body);
      return wire.send(request);
    },
    close: () => wire.close(),
  };
  return { sent, ...(await openDesk((exchange) => exchange.stream(saying("Hello")), { ...options, transport })) };
}

function textOf(body: TransportRequest["body"]): string {
  if (body === undefined || typeof body === "string") return body ?? "";
  return Buffer.concat(body instanceof Uint8Array ? [body] : body).toString();
}

describe("the request that goes out", () => {
  test("Q4: is the client's own bytes, with the model replaced, and holds what nobody knows", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("Hello")), PASS_WHOLE);
    const body = '{ "model" : "desk/qwen3-8b",\n "unknown":1.0, "messages":[{"role":"user","content":"h\\u0069"}] }';
    const { changes } = await provider.forward(asking(body));
    expect(upstream.exchanges[0]?.request.body).toBe(body.replace("desk/qwen3-8b", "qwen3-8b"));
    expect(changes).toEqual([]);
  });

  test("Q12: is the very array that the client sent, where nothing has to change", async () => {
    const { provider, sent } = await openKeepingDesk(PASS_WHOLE);
    const request = asking({ ...CHAT, model: "qwen3-8b" });
    await provider.forward(request);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toBe(request.body.bytes);
  });

  test("Q12: writes nothing of a large image: only top-level values are replaced in the bytes", async () => {
    const { provider, sent } = await openKeepingDesk(PASS);
    const url = `data:image/png;base64,${"A".repeat(1_000_000)}`;
    const request = asking({
      ...CHAT,
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
    });
    const written = vi.spyOn(JSON, "stringify");
    onTestFinished(() => written.mockRestore());
    await decoded((await provider.forward(request)).body);
    expect(written.mock.results.filter(({ value }) => String(value).length > 10_000)).toEqual([]);
    const text = textOf(request.body.bytes);
    const messages = text.slice(text.indexOf('"messages"'));
    const went = textOf(sent[0]);
    expect(went.endsWith(messages)).toBe(true);
    expect(JSON.parse(went)).toMatchObject({ model: "qwen3-8b", stream: true });
    expect(went.length - messages.length).toBeLessThan(200);
  });

  test("S6: asks for the stream and the token counts that the profile wants, in place", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.stream(saying("Hello")), PASS);
    await decoded(
      (await provider.forward(asking('{"model":"x","messages":[{"role":"user","content":"hi"}],"n":1e0}'))).body,
    );
    expect(upstream.exchanges[0]?.request.body).toContain('"n":1e0');
    expect(upstream.exchanges[0]?.request.json()).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test.each([
    ["a repeated name", '{"model":"allowed","model":"other","messages":[{"role":"user","content":"hi"}]}'],
    ["an escaped name", '{"mod\\u0065l":"other","messages":[{"role":"user","content":"hi"}]}'],
  ])("is written anew where %s could smuggle a model through", async (_name, body) => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("Hello")), PASS_WHOLE);
    await provider.forward(asking(body));
    expect(upstream.exchanges[0]?.request.body).not.toMatch(/other|allowed/u);
    expect(upstream.exchanges[0]?.request.json()).toMatchObject({ model: "qwen3-8b" });
  });

  test("tells what had to be changed for the target", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(completion("Hello")), MEND);
    const { changes } = await provider.forward(asking({ ...CHAT, max_completion_tokens: 5 }));
    expect(upstream.exchanges[0]?.request.json()).toMatchObject({ max_tokens: 5 });
    expect(changes).toMatchObject([{ field: "max_completion_tokens", action: "renamed", to: "max_tokens" }]);
  });

  test("tells what turned out to be refused, also the next time", async () => {
    const { provider, upstream } = await openDesk(
      (exchange) =>
        (exchange.request.json() as JsonObject)["store"] === undefined
          ? exchange.json(completion("Hello"))
          : exchange.json({ error: { message: "property 'store' is unsupported" } }, 400),
      PASS_WHOLE,
    );
    const dropped = { field: "store", action: "dropped", reason: "the server refused it" };
    expect((await provider.forward(asking({ ...CHAT, store: true }))).changes).toEqual([dropped]);
    expect((await provider.forward(asking({ ...CHAT, store: true }))).changes).toEqual([dropped]);
    expect(upstream.exchanges).toHaveLength(3);
  });

  test("is the caller's to hear of where nothing may be left out, also when it is known already", async () => {
    const { provider, upstream } = await openDesk(
      (exchange) =>
        "store" in (exchange.request.json() as object)
          ? exchange.json({ error: { message: "Unsupported parameter: 'store'" } }, 400)
          : exchange.json(completion("Hello")),
      PASS_WHOLE,
    );
    await provider.forward(asking({ ...CHAT, store: true }));
    const error = await errorOf(provider.forward(asking({ ...CHAT, store: true }, { strict: true })));
    expect(error.message).toContain("Unsupported parameter: 'store'");
    expect(upstream.exchanges).toHaveLength(3);
  });

  test("may be a beta in a header, which is taken out of it", async () => {
    const { provider, upstream } = await openDesk(
      (exchange) =>
        (exchange.request.headers["anthropic-beta"] ?? "").includes("new-1")
          ? exchange.json(
              messagesError("Unexpected value(s) `new-1` for the `anthropic-beta` header. Please try again without."),
              400,
            )
          : exchange.json({
              type: "message",
              role: "assistant",
              model: "m",
              content: [{ type: "text", text: "Hello" }],
              stop_reason: "end_turn",
              usage: { input_tokens: 1, output_tokens: 1 },
            }),
      { profile: "anthropic", apiKey: "k" },
    );
    const request = asking({ ...CHAT, max_tokens: 5 }, { operation: "messages" });
    const headers = { "anthropic-beta": "known-1,new-1" };
    const dropped = { field: "anthropic-beta.new-1", action: "dropped", reason: "the server refused it" };
    expect((await provider.forward(request, { headers })).changes).toContainEqual(dropped);
    expect((await provider.forward(request, { headers })).changes).toContainEqual(dropped);
    expect(upstream.exchanges.map((exchange) => exchange.request.headers["anthropic-beta"])).toEqual([
      "known-1,new-1",
      "known-1",
      "known-1",
    ]);
  });

  test("goes nowhere for an operation that the server does not have", async () => {
    const { provider, upstream } = await openDesk(() => {}, { profile: "groq" });
    const error = await errorOf(provider.forward(asking({ model: "x", input: "hi" }, { operation: "embeddings" })));
    expect(error).toMatchObject({ kind: "unsupported", failure: { retry: "elsewhere" } });
    expect(upstream.exchanges).toHaveLength(0);
  });
});

describe("a chat stream for a client that wants one", () => {
  const streamed = asking({ ...CHAT, stream: true });

  test("passes byte for byte, without the usage chunk that only we wanted", async () => {
    const events = saying("Hel", "lo");
    const { provider } = await openDesk((exchange) => exchange.stream(events, { "x-request-id": "req-1" }), PASS);
    const reply = await provider.forward(streamed);
    expect(reply).toMatchObject({ status: 200, requestId: "req-1", headers: { "content-type": "text/event-stream" } });
    const { observer } = bodyOf(reply.body, "byte-stream");
    expect(await passed(reply.body)).toBe(events.filter((text) => !text.includes('"usage"')).join(""));
    expect(observer.seen).toMatchObject({
      content: true,
      ended: true,
      usage: { totalTokens: 5 },
      rawFinishReason: "stop",
    });
  });

  test("keeps the usage chunk for a client that asked for it", async () => {
    const events = saying("Hello");
    const { provider } = await openDesk((exchange) => exchange.stream(events), PASS);
    const body = { ...CHAT, stream: true, stream_options: { include_usage: true } };
    expect(await passed((await provider.forward(asking(body))).body)).toBe(events.join(""));
  });

  test("is decoded where the profile says that it needs mending", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hello")), MEND);
    const events = await decoded((await provider.forward(streamed)).body);
    expect(events.at(-1)).toMatchObject({ type: "finish", response: { text: "Hello", usage: { totalTokens: 5 } } });
  });

  test("is made of the one document that came instead", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("Hello")), PASS);
    const events = await decoded((await provider.forward(streamed)).body);
    expect(events[0]?.type).toBe("start");
    expect(events.at(-1)).toMatchObject({ type: "finish", response: { text: "Hello" } });
  });

  test.each([PASS, MEND])(
    "a document that reports an error is thrown before anything is given (%j)",
    async (options) => {
      const { provider } = await openDesk(
        (exchange) => exchange.json({ error: { message: "no", code: 429 } }),
        options,
      );
      expect((await errorOf(provider.forward(streamed))).kind).toBe("rate_limit");
    },
  );

  test.each([PASS, MEND])("an error status is thrown with what the server said (%j)", async (options) => {
    const { provider } = await openDesk(
      (exchange) =>
        exchange.json({ error: { message: "Slow down" } }, 429, { "retry-after": "3", "x-request-id": "r" }),
      options,
    );
    expect(await errorOf(provider.forward(streamed))).toMatchObject({
      kind: "rate_limit",
      retryAfterMs: 3000,
      requestId: "r",
      message: "desk: Slow down",
    });
  });

  test("an error in the middle of a mended stream is thrown after what came before it", async () => {
    const { provider } = await openDesk(
      (exchange) => exchange.stream([delta({ content: "Hel" }), event({ error: { message: "boom" } }), DONE_EVENT]),
      MEND,
    );
    const { events } = bodyOf((await provider.forward(streamed)).body, "event-stream");
    const seen: DecodedEvent[] = [];
    const error = await errorOf(
      (async () => {
        for await (const batch of events) seen.push(...batch);
      })(),
    );
    expect(seen.map(({ type }) => type)).toEqual(["start", "text-delta"]);
    expect(error).toMatchObject({ message: "desk: boom", partial: { text: "Hel" }, failure: { partial: true } });
  });

  test("a broken connection is marked as one after content where content had passed", async () => {
    const { provider } = await openDesk(async (exchange) => {
      await exchange.send(streamHead() + chunk(delta({ content: "Hel" })).toString());
    }, PASS);
    const { bytes, observer } = bodyOf((await provider.forward(streamed)).body, "byte-stream");
    const pieces = bytes[Symbol.asyncIterator]();
    observer.push((await pieces.next()).value as Uint8Array);
    const next = errorOf(pieces.next());
    await provider.close();
    expect((await next).failure).toMatchObject({ kind: "cancelled", partial: true });
  });

  test.each([PASS, MEND])("leaving it stops the server at once, also while a read waits (%j)", async (options) => {
    const { provider, upstream } = await openDesk(async (exchange) => {
      await exchange.send(streamHead());
    }, options);
    const { body } = await provider.forward(streamed);
    const pieces: AsyncIterator<unknown> =
      body.kind === "byte-stream"
        ? body.bytes[Symbol.asyncIterator]()
        : bodyOf(body, "event-stream").events[Symbol.asyncIterator]();
    const step = errorOf(pieces.next());
    await pieces.return?.();
    expect((await step).kind).toBe("cancelled");
    await (
      await upstream.exchange(0)
    ).closed;
  });

  test("leaving it before it was read stops the server too", async () => {
    const clock = new FakeClock();
    const { provider, upstream } = await openDesk(async (exchange) => exchange.send(streamHead()), { ...PASS, clock });
    const { body } = await provider.forward(streamed);
    await bodyOf(body, "byte-stream").bytes[Symbol.asyncIterator]().return?.();
    await (
      await upstream.exchange(0)
    ).closed;
    expect(clock.pending).toBe(0);
  });

  test("the clock for the first content stops when the observer has seen some", async () => {
    const clock = new FakeClock();
    const { provider } = await openDesk(
      async (exchange) => {
        await exchange.send(streamHead() + chunk(delta({ content: "Hel" })).toString());
      },
      { ...PASS, clock, timeouts: { connect: 0, firstByte: 0, firstContent: 1000, idle: 0 } },
    );
    const { bytes, observer } = bodyOf((await provider.forward(streamed)).body, "byte-stream");
    const pieces = bytes[Symbol.asyncIterator]();
    observer.push((await pieces.next()).value as Uint8Array);
    const next = errorOf(pieces.next());
    expect(clock.pending).toBe(0);
    await pieces.return?.();
    await next;
  });
});

describe("a chat reply for a client that wants one document", () => {
  test("passes byte for byte where the server does not stream", async () => {
    const text = `\n\n${JSON.stringify(completion("Hello", { service_tier: "default", unknown: [1.0] }))}\n`;
    const { provider } = await openDesk((exchange) => exchange.send(wholeReply(200, text)), PASS_WHOLE);
    const { body, headers } = await provider.forward(asking(CHAT));
    const whole = bodyOf(body, "whole");
    expect(textOf(whole.bytes)).toBe(text);
    expect(whole).toMatchObject({ model: "m", rawFinishReason: "stop", usage: { totalTokens: 5 } });
    expect(headers["content-type"]).toBe("application/json");
  });

  test("comes as events where the server streams", async () => {
    const { provider } = await openDesk((exchange) => exchange.stream(saying("Hel", "lo")), PASS);
    const events = await decoded((await provider.forward(asking(CHAT))).body);
    expect(events.at(-1)).toMatchObject({ type: "finish", response: { text: "Hello", usage: { totalTokens: 5 } } });
  });

  test.each(["text/event-stream", "application/json", "text/plain"])(
    "is put together from a stream that nobody asked for and that calls itself %s",
    async (type) => {
      const { provider } = await openDesk(async (exchange) => {
        await exchange.send(head(200, { "content-type": type, connection: "close" }) + saying("Hello").join(""));
        exchange.close();
      }, PASS_WHOLE);
      const events = await decoded((await provider.forward(asking(CHAT))).body);
      expect(events.at(-1)).toMatchObject({ type: "finish", response: { text: "Hello" } });
    },
  );

  test.each([
    ["an envelope", JSON.stringify({ success: true, data: completion("Hello") })],
    ["trailing bytes", `${JSON.stringify(completion("Hello"))}\nbye`],
    ["a byte order mark", `\uFEFF${JSON.stringify(completion("Hello"))}`],
  ])("is taken out of %s", async (_name, text) => {
    const { provider } = await openDesk((exchange) => exchange.send(wholeReply(200, text)), PASS_WHOLE);
    const { body } = await provider.forward(asking(CHAT));
    expect(JSON.parse(textOf(bodyOf(body, "whole").bytes))).toEqual(completion("Hello"));
  });

  test("is mended where the profile says so", async () => {
    const odd = completion("", {
      choices: [
        {
          message: { content: null, tool_calls: [{ function: { name: "now", arguments: { a: 1 } } }] },
          finish_reason: "stop",
        },
      ],
    });
    const { provider } = await openDesk((exchange) => exchange.json(odd), MEND);
    const events = await decoded((await provider.forward(asking(CHAT))).body);
    expect(events.at(-1)).toMatchObject({
      type: "finish",
      response: { finishReason: "tool_calls", toolCalls: [{ name: "now", arguments: '{"a":1}', input: { a: 1 } }] },
    });
  });

  test.each([
    ["an error object", { error: { message: "no", code: 429 } }, "rate_limit"],
    ["no choices", completion("x", { choices: [] }), "protocol"],
    ["something else", { hello: "world" }, "protocol"],
  ])("with %s in a 200 is an error", async (_name, value, kind) => {
    const { provider } = await openDesk((exchange) => exchange.json(value), PASS_WHOLE);
    expect((await errorOf(provider.forward(asking(CHAT)))).kind).toBe(kind);
  });

  test.each([PASS_WHOLE, MEND])("N12: larger than the limit is refused (%j)", async (options) => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("x".repeat(5000))), {
      ...options,
      limits: { replyBodyBytes: 4000 },
    });
    expect((await errorOf(provider.forward(asking(CHAT)))).kind).toBe("protocol");
  });

  test("that is larger than the limit is refused", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(completion("x".repeat(5000))), {
      ...PASS_WHOLE,
      limits: { replyBodyBytes: 4000 },
    });
    expect((await errorOf(provider.forward(asking(CHAT)))).kind).toBe("protocol");
  });
});

describe("completions", () => {
  const older = (body: JsonObject): ForwardRequest =>
    asking({ model: "x", prompt: "hi", ...body }, { operation: "completions" });
  const TEXT = {
    id: "c",
    object: "text_completion",
    model: "m",
    choices: [{ index: 0, text: "Hello", finish_reason: "stop" }],
    usage: USAGE,
  };

  test("a document passes", async () => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(TEXT));
    const { body } = await provider.forward(older({}));
    expect(JSON.parse(textOf(bodyOf(body, "whole").bytes))).toEqual(TEXT);
    expect(bodyOf(body, "whole")).toMatchObject({ model: "m", rawFinishReason: "stop", usage: { totalTokens: 5 } });
    expect(upstream.exchanges[0]?.request).toMatchObject({ path: "/v1/completions" });
    expect(upstream.exchanges[0]?.request.json()).toEqual({ model: "qwen3-8b", prompt: "hi" });
  });

  test("a stream passes under the eyes of an observer", async () => {
    const events = [event({ ...TEXT, usage: undefined }), DONE_EVENT];
    const { provider } = await openDesk((exchange) => exchange.stream(events));
    const { body } = await provider.forward(older({ stream: true }));
    expect(await passed(body)).toBe(events.join(""));
    expect(bodyOf(body, "byte-stream").observer.seen).toMatchObject({ ended: true, content: true });
  });

  test("a document that comes instead of a stream becomes one", async () => {
    const { provider } = await openDesk((exchange) => exchange.json(TEXT));
    expect(await passed((await provider.forward(older({ stream: true }))).body)).toBe(event(TEXT) + DONE_EVENT);
  });

  test.each([true, false])("an error in a 200 is an error (stream: %j)", async (stream) => {
    const { provider } = await openDesk((exchange) => exchange.json({ error: { message: "no", code: 429 } }));
    expect((await errorOf(provider.forward(older({ stream })))).kind).toBe("rate_limit");
  });
});

describe("embeddings", () => {
  const embedding = (body: JsonObject): ForwardRequest =>
    asking({ model: "x", input: ["a", "b"], ...body }, { operation: "embeddings" as Operation });
  const FLOATS = {
    object: "list",
    model: "m",
    data: [item(0, [0.5, 1]), item(1, [2, -1])],
    usage: { prompt_tokens: 2, total_tokens: 2 },
  };
  const BASE64 = { ...FLOATS, data: [item(0, base64([0.5, 1])), item(1, base64([2, -1]))] };

  test.each([
    ["floats, as asked", {}, FLOATS, FLOATS],
    ["base64, as asked", { encoding_format: "base64" }, BASE64, BASE64],
    ["floats although base64 was asked for", { encoding_format: "base64" }, FLOATS, BASE64],
    ["base64 although floats were asked for", { encoding_format: "float" }, BASE64, FLOATS],
    ["a bare array", {}, FLOATS.data, { object: "list", model: "qwen3-8b", data: FLOATS.data }],
  ])("%s", async (_name, body, given, expected) => {
    const { provider, upstream } = await openDesk((exchange) => exchange.json(given));
    const { body: reply } = await provider.forward(embedding(body));
    expect(JSON.parse(textOf(bodyOf(reply, "whole").bytes))).toEqual(expected);
    expect(upstream.exchanges[0]?.request.path).toBe("/v1/embeddings");
  });

  test("another number of vectors than of inputs is an error", async () => {
    const { provider } = await openDesk((exchange) => exchange.json({ ...FLOATS, data: FLOATS.data.slice(1) }));
    expect((await errorOf(provider.forward(embedding({})))).kind).toBe("protocol");
  });

  function item(index: number, vector: unknown): object {
    return { object: "embedding", index, embedding: vector };
  }

  function base64(numbers: readonly number[]): string {
    return Buffer.from(new Float32Array(numbers).buffer).toString("base64");
  }
});
