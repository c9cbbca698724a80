import { afterEach, describe, expect, test } from "vitest";
import { fin as finish, text as delta } from "../conformance/cases/replies.ts";
import { FakeClock } from "../conformance/fake-clock.ts";
import { DONE_EVENT, chunk, event, streamHead } from "../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import type { UpstreamExchange } from "../conformance/scripted-upstream/exchange.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import type { TestGateway } from "./testing/test-gateway.ts";
import { testGateway } from "./testing/test-gateway.ts";

const upstreams: ScriptedUpstream[] = [];
const providers: HttpProvider[] = [];

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function providerOver(name: string, script: Script): Promise<HttpProvider> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  const provider = new HttpProvider({ name, baseUrl: upstream.url });
  providers.push(provider);
  return provider;
}

/** A gateway whose model `fast` is tried at each of these upstreams in turn. */
async function gatewayOver(...scripts: Script[]): Promise<TestGateway & { clock: FakeClock }> {
  const over = await Promise.all(scripts.map((script, at) => providerOver(`p${at + 1}`, script)));
  const clock = new FakeClock();
  return {
    clock,
    ...testGateway(clock, over, { models: { fast: over.map(({ name }) => `${name}/m`) }, keepAliveMs: 10_000 }),
  };
}

const fin = finish();
const errorEvent = (code: number, message: string): string => event({ error: { code, message, type: "server_error" } });
const good: Script = (exchange) => exchange.stream([delta("fine"), fin, DONE_EVENT]);

const streaming = { model: "fast", stream: true, messages: [{ role: "user", content: "hi" }] };
const whole = { ...streaming, stream: false };

describe("S20: before content a failure moves to the next target, unseen:", () => {
  const json =
    (status: number, message: string, more: object = {}) =>
    (exchange: UpstreamExchange) =>
      exchange.json({ error: { message, code: null, type: "x", ...more } }, status);
  const failures: [string, Script, string][] = [
    ["rate limit", json(429, "slow down"), "rate_limit"],
    ["no credit", json(402, "no balance"), "quota"],
    ["a key the upstream refuses", json(401, "bad key"), "auth"],
    ["overload", json(529, "overloaded"), "overloaded"],
    ["a broken server", json(500, "boom"), "server"],
    [
      "a bad gateway page",
      (exchange) => exchange.send("HTTP/1.1 502 Bad\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>"),
      "server",
    ],
    ["a context that is too short", json(400, "too long", { code: "context_length_exceeded" }), "context_overflow"],
    ["a model it does not have", json(404, "no such model", { code: "model_not_found" }), "model_not_found"],
    ["a reset before the head", (exchange) => exchange.reset(), "connection"],
    ["a cut after the head", async (exchange) => (await exchange.send(streamHead()), exchange.close()), "truncated"],
    ["an empty stream", (exchange) => exchange.stream([]), "truncated"],
    ["an error as the first event", (exchange) => exchange.stream([errorEvent(503, "no slot")]), "overloaded"],
    [
      "an error after comments",
      (exchange) => exchange.stream([": busy\n\n", ": busy\n\n", errorEvent(500, "boom")]),
      "server",
    ],
    [
      "an HTML page with status 200",
      (exchange) => exchange.send("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>"),
      "protocol",
    ],
  ];

  test.each(failures)("%s, for a stream", async (_, script, kind) => {
    const { call, records } = await gatewayOver(script, good);
    const client = await call({ body: streaming });
    expect(client.status).toBe(200);
    expect(client.text).toContain("fine");
    expect(client.text).toMatch(/data: \[DONE\]\n\n$/);
    expect(client.text).not.toContain("error");
    expect(client.headers).toMatchObject({ "x-millrace-target": "p2/m", "x-millrace-attempts": "2" });
    expect(records).toMatchObject([
      {
        outcome: "completed",
        target: "p2/m",
        candidates: [{ target: "p1/m" }, { target: "p2/m" }],
        attempts: [
          { provider: "p1", outcome: "failed", failure: { kind } },
          { provider: "p2", outcome: "answered" },
        ],
      },
    ]);
  });

  test.each(failures)("%s, for one reply", async (_, script, kind) => {
    const { call, records } = await gatewayOver(script, good);
    const client = await call({ body: whole });
    expect(client.status).toBe(200);
    expect(client.json).toMatchObject({ choices: [{ message: { content: "fine" } }] });
    expect(records[0]?.attempts[0]?.failure?.kind).toBe(kind);
  });
});

describe("a failure that no other target can help", () => {
  test.each([
    [
      "a request it finds wrong",
      400,
      { message: "temperature must be at most 2", code: "invalid_value", param: "temperature" },
      "bad_request",
    ],
    ["content it refuses", 400, { message: "filtered", code: "content_filter" }, "content_filter"],
  ])("%s ends the request with the upstream's own words", async (_, status, error, code) => {
    const { call } = await gatewayOver((exchange) => exchange.json({ error }, status), good);
    const client = await call({ body: streaming });
    expect(client.status).toBe(status);
    expect(client.json).toMatchObject({ error: { code, upstream: { message: error.message } } });
    expect(client.headers).toMatchObject({
      "x-millrace-attempts": "1",
      "x-millrace-target": "p1/m",
      "x-should-retry": "false",
    });
  });
});

describe("when every target fails", () => {
  test("N1: the client sees the most useful failure, its retry hint, its limits and who it came from", async () => {
    const { call, records } = await gatewayOver(
      (exchange) =>
        exchange.json({ error: { message: "slow down", code: "rate_limit_exceeded" } }, 429, {
          "retry-after": "7",
          "x-request-id": "up-1",
          "x-ratelimit-remaining-tokens": "0",
        }),
      (exchange) => exchange.reset(),
    );
    const client = await call({ body: streaming });
    expect(client.status).toBe(429);
    expect(client.headers).toMatchObject({
      "content-type": "application/json",
      "retry-after": "7",
      "x-millrace-attempts": "2",
      "x-millrace-target": "p1/m",
      "x-ratelimit-remaining-tokens": "0",
      "x-request-id": "up-1",
    });
    expect(records).toMatchObject([
      { outcome: "failed", status: 429, attempts: [{ outcome: "failed", requestId: "up-1" }, { outcome: "failed" }] },
    ]);
    expect(records[0]?.target).toBeUndefined();
  });

  test("conformance case 94: an error as the first event of a 200 stream is a true status", async () => {
    const { call } = await gatewayOver((exchange) =>
      exchange.stream([errorEvent(400, "the input is too long for the model's context")]),
    );
    const client = await call({ body: streaming });
    expect(client.status).toBe(400);
    expect(client.headers["content-type"]).toBe("application/json");
    expect(client.json).toMatchObject({ error: { upstream: { message: expect.stringContaining("too long") } } });
  });
});

describe("S8, S20: after content there is no way back:", () => {
  test.each<[string, Script]>([
    ["an error event", (exchange) => exchange.stream([delta("par"), errorEvent(500, "boom")])],
    [
      "an error event and a false end",
      (exchange) => exchange.stream([delta("par"), errorEvent(500, "boom"), DONE_EVENT]),
    ],
    ["an end without a sign", (exchange) => exchange.stream([delta("par")])],
    [
      "a reset",
      async (exchange) => (
        await exchange.send(streamHead()),
        await exchange.send(chunk(delta("par"))),
        exchange.reset()
      ),
    ],
    [
      "a cut inside an event",
      async (exchange) => (
        await exchange.send(streamHead()),
        await exchange.send(chunk(`${delta("par")}data: {"cho`)),
        exchange.close()
      ),
    ],
  ])("%s is an error event in the stream, without a terminal sign", async (_, script) => {
    const { call, records } = await gatewayOver(script, good);
    const client = await call({ body: streaming });
    expect(client.status).toBe(200);
    expect(client.text).toContain('"par"');
    expect(client.text).not.toContain("fine");
    expect(client.text).not.toContain(DONE_EVENT);
    expect(client.text.match(/"error"/g)).toHaveLength(1);
    expect(client.text).toMatch(/data: \{"error":\{.*\}\n\n$/);
    expect(client.ends).toBe(1);
    expect(records).toMatchObject([
      {
        outcome: "failed",
        status: 200,
        failure: { partial: true },
        attempts: [{ provider: "p1", outcome: "failed", failure: { partial: true } }],
      },
    ]);
    expect(records[0]?.attempts).toHaveLength(1);
  });

  test("but nothing of one whole reply was sent before its end, so another target answers", async () => {
    const { call, records } = await gatewayOver(
      (exchange) => exchange.stream([delta("par"), errorEvent(500, "boom")]),
      good,
    );
    const client = await call({ body: whole });
    expect(client.json).toMatchObject({ choices: [{ message: { content: "fine" } }] });
    expect(records[0]?.attempts).toMatchObject([
      { outcome: "failed", failure: { partial: true } },
      { outcome: "answered" },
    ]);
  });

  test("and where there is no other, its client gets a true status", async () => {
    const { call } = await gatewayOver((exchange) => exchange.stream([delta("par"), errorEvent(500, "boom")]));
    const client = await call({ body: whole });
    expect(client.status).toBe(500);
    expect(client.json).toMatchObject({ error: { upstream: { message: "boom" } } });
  });

  test("a finish without [DONE] is complete, and the client gets its terminal sign", async () => {
    const { call, records } = await gatewayOver((exchange) => exchange.stream([delta("all"), fin]));
    const client = await call({ body: streaming });
    expect(client.text).toMatch(/data: \[DONE\]\n\n$/);
    expect(client.text).not.toContain('"error"');
    expect(records).toMatchObject([{ outcome: "completed", finishReason: "stop" }]);
  });
});
