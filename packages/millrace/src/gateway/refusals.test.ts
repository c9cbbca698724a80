import { describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { keysOf } from "./testing/plan.ts";
import type { RecordingClientOptions } from "./testing/recording-client.ts";
import { ScriptedProvider } from "./testing/scripted-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";
import type { TestGateway } from "./testing/test-gateway.ts";

const chat = { model: "fast", messages: [{ role: "user", content: "hi" }] };
const MiB = 1024 * 1024;

function setUp(plan: Parameters<typeof testGateway>[2] = {}): TestGateway & { desk: ScriptedProvider } {
  const desk = new ScriptedProvider("desk", { models: ["qwen3"], operations: ["chat-completions"] });
  return { desk, ...testGateway(new FakeClock(), [desk], { models: { fast: ["desk/qwen3"] }, ...plan }) };
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly param?: string | null;
  readonly says: string | RegExp;
}

/** Makes the request and expects this refusal in OpenAI's shape, one record and one log line of it. */
async function expectRefusal(setup: ReturnType<typeof setUp>, options: RecordingClientOptions, refusal: Refusal) {
  const client = await setup.call(options);
  expect(client.json).toEqual({
    error: expect.objectContaining({
      message: typeof refusal.says === "string" ? refusal.says : expect.stringMatching(refusal.says),
      type: expect.any(String),
      code: refusal.code,
      param: refusal.param ?? null,
    }),
  });
  expect(client.status).toBe(refusal.status);
  expect(client.headers).toMatchObject({ "content-type": "application/json", "x-millrace-request-id": "req-1" });
  expect(client.heads).toBe(1);
  expect(client.ends).toBe(1);
  expect(setup.desk.forwarded).toEqual([]);
  expect(setup.records).toMatchObject([
    { id: "req-1", outcome: "failed", status: refusal.status, attempts: [], costUsd: "unknown" },
  ]);
  expect(setup.log).toMatchObject([
    { level: "warn", event: "request", fields: { code: refusal.code, status: refusal.status } },
  ]);
  expect(setup.gateway.inFlight).toBe(0);
  return client;
}

describe("accept refuses, before the body is read,", () => {
  test.each<[string, Record<string, string>, Refusal]>([
    [
      "a body announced over the limit, naming the limit",
      { "content-length": String(32 * MiB + 1) },
      {
        status: 413,
        code: "body_too_large",
        says: `The body has ${32 * MiB + 1} bytes; this gateway takes at most ${32 * MiB}.`,
      },
    ],
    [
      "a compressed body",
      { "content-encoding": "gzip" },
      {
        status: 415,
        code: "unsupported_media_type",
        param: "content-encoding",
        says: /"gzip".*without content-encoding/,
      },
    ],
    [
      "another charset",
      { "content-type": "application/json; charset=utf-16" },
      { status: 415, code: "unsupported_media_type", param: "content-type", says: /utf-16.*UTF-8/ },
    ],
  ])("%s", async (_, headers, refusal) => {
    const client = await expectRefusal(setUp(), { headers, body: chat }, refusal);
    expect(client.bodyReads).toBe(0);
  });

  test.each([
    { "content-encoding": "identity" },
    { "content-type": "text/plain; charset=UTF-8" },
    { "content-type": "application/x-www-form-urlencoded" },
  ])("but not %j", async (headers) => {
    const client = await setUp().call({ headers, body: chat });
    expect(client.status).not.toBe(415);
  });
});

describe("accept refuses a body", () => {
  test.each<[string, RecordingClientOptions["body"], Refusal]>([
    ["that is empty", "", { status: 400, code: "empty_body", says: "The request has no body. Send a JSON object." }],
    [
      "that is no JSON, with line and column",
      '{\n  "model": fast\n}',
      { status: 400, code: "invalid_json", says: /\(line 2, column 12\)\.$/ },
    ],
    [
      "that is cut",
      '{"model":"fast"',
      { status: 400, code: "invalid_json", says: /the end of the text \(line 1, column 16\)/ },
    ],
    ["of two values", '{"model":"fast"} {}', { status: 400, code: "invalid_json", says: /more than one JSON value/ }],
    ["that is no object", "[1]", { status: 400, code: "invalid_json", says: "The body is not a JSON object." }],
    ["that is no UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), { status: 400, code: "invalid_utf8", says: /UTF-8/ }],
    [
      "without a model",
      { ...chat, model: undefined },
      { status: 400, code: "bad_request", param: "model", says: /model/ },
    ],
    [
      "whose model is no text",
      { ...chat, model: 5 },
      { status: 400, code: "bad_request", param: "model", says: /model/ },
    ],
    [
      "whose model holds a line break",
      { ...chat, model: "fast\r\nx: y" },
      { status: 400, code: "bad_request", param: "model", says: /control character/ },
    ],
    [
      "whose model holds half a surrogate pair",
      '{"model":"fast\\ud83d","messages":[{"role":"user","content":"hi"}]}',
      { status: 400, code: "bad_request", param: "model", says: /control character/ },
    ],
    [
      "whose model is a document",
      { ...chat, model: "m".repeat(513) },
      { status: 400, code: "bad_request", param: "model", says: /513 characters/ },
    ],
    [
      "that is not of the dialect",
      { model: "fast" },
      { status: 400, code: "bad_request", param: "messages", says: /messages/ },
    ],
  ])("%s", async (_, body, refusal) => {
    const sent = typeof body === "object" && !(body instanceof Uint8Array) ? JSON.stringify(body) : body;
    await expectRefusal(setUp(), { ...(sent !== undefined && { body: sent }) }, refusal);
  });

  test("that turns out to be over the limit while it is read", async () => {
    const setup = setUp({ limits: { ...setUp().gateway.plan.limits, requestBodyBytes: 10 } });
    await expectRefusal(setup, { body: chat }, { status: 413, code: "body_too_large", says: "More than 10 bytes." });
  });
});

describe("authenticate", () => {
  const keys = keysOf({ "mr-1": { name: "me" }, "mr-2": { name: "guest", models: ["other", "desk/*"] } });

  test.each([
    ["without a key", {}, "missing_api_key"],
    ["with a wrong key", { authorization: "Bearer nope" }, "invalid_api_key"],
  ])("refuses a request %s before its body is read", async (_, headers, code) => {
    const client = await expectRefusal(setUp({ keys }), { headers, body: chat }, { status: 401, code, says: /key/ });
    expect(client.headers["www-authenticate"]).toBe("Bearer");
    expect(client.bodyReads).toBe(0);
  });

  test("admit refuses a key that may not use the model, by the name that was asked for", async () => {
    const setup = setUp({ keys });
    await expectRefusal(
      setup,
      { headers: { authorization: "Bearer mr-2" }, body: chat },
      {
        status: 403,
        code: "model_not_allowed",
        param: "model",
        says: "The key guest may not use the model fast.",
      },
    );
    expect(setup.records[0]).toMatchObject({ principal: "guest", model: "fast" });
  });

  test("a key's patterns hold for the name asked for, not for the target behind it", async () => {
    const setup = setUp({ keys });
    setup.desk.calls.push(failureOf("server", "reached"));
    await setup.call({ headers: { authorization: "Bearer mr-2" }, body: { ...chat, model: "desk/qwen3" } });
    expect(setup.desk.forwarded).toHaveLength(1);
  });
});

describe("admit", () => {
  test("refuses more requests than there are places with 429, when to come back, and the body unread", async () => {
    const setup = setUp({ maxInFlight: 1 });
    const first = setup.start({ silent: true });
    const second = await setup.call({ body: chat });
    expect(second.status).toBe(429);
    expect(second.headers["retry-after"]).toBe("1");
    expect(second.json).toMatchObject({ error: { code: "too_many_in_flight" } });
    expect(second.bodyReads).toBe(0);
    first.client.leave();
    await first.done;
    expect(setup.gateway.inFlight).toBe(0);
    expect((await setup.call({ body: chat })).status).not.toBe(429);
  });

  test("refuses everything while draining with 503 and closes the connection", async () => {
    const setup = setUp();
    const drained = setup.gateway.drain();
    const client = await expectRefusal(setup, { body: chat }, { status: 503, code: "draining", says: /shutting down/ });
    expect(client.headers).toMatchObject({ connection: "close", "retry-after": "1" });
    expect(client.bodyReads).toBe(0);
    await drained;
  });
});

describe("route", () => {
  test("refuses a model that nobody has with 404 and what there is", async () => {
    await expectRefusal(
      setUp(),
      { body: { ...chat, model: "none" } },
      {
        status: 404,
        code: "model_not_found",
        param: "model",
        says: "There is no model none. There is fast, desk/qwen3.",
      },
    );
  });

  test("refuses an operation that no target offers", async () => {
    await expectRefusal(
      setUp(),
      { path: "/v1/embeddings", body: { model: "fast", input: "hi" } },
      {
        status: 400,
        code: "operation_not_offered",
        param: "model",
        says: "No target of fast can answer: desk does not offer embeddings.",
      },
    );
  });
});

test("a defect of ours is 500 without its inside, which the log has", async () => {
  const setup = setUp();
  setup.desk.calls.push(async () => Promise.reject(new TypeError("secret inside")));
  const client = await setup.call({ body: chat });
  expect(client.status).toBe(500);
  expect(client.json).toMatchObject({ error: { code: "internal_error", message: expect.stringContaining("req-1") } });
  expect(client.text).not.toContain("secret inside");
  expect(setup.log[0]).toMatchObject({
    level: "error",
    event: "defect",
    fields: { id: "req-1", error: expect.stringContaining("secret inside") },
  });
  expect(setup.records).toMatchObject([{ outcome: "failed", status: 500 }]);
});
