import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { deskAt, modelServer } from "../harness/model-server.ts";
import { RawClient } from "../harness/raw-client.ts";

let upstream: ScriptedUpstream;
let gateway: MillraceProcess;
beforeAll(async () => {
  upstream = await createScriptedUpstream(modelServer);
  gateway = await startMillrace({ config: `${deskAt(upstream.url)}models: { fast: [desk/m] }\n` });
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  await upstream.close();
});

const CHAT = { model: "desk/m", messages: [{ role: "user", content: "hi" }] };

function post(path: string, body: object): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe("answers", () => {
  test.each<[string, object, object]>([
    ["/v1/chat/completions", CHAT, { object: "chat.completion", choices: [{ message: { content: "Hello" } }] }],
    ["/v1/completions", { model: "m", prompt: "hi" }, { object: "text_completion", choices: [{ text: "Hello" }] }],
    ["/v1/embeddings", { model: "fast", input: "hi" }, { object: "list", data: [{ embedding: [0.5] }] }],
  ])("%s gives one document", async (path, body, expected) => {
    const reply = await post(path, body);
    expect(await reply.json()).toMatchObject(expected);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("x-millrace-target")).toBe("desk/m");
    expect(reply.headers.get("x-millrace-request-id")).toMatch(/\S/);
  });

  test.each([
    ["/v1/chat/completions", CHAT],
    ["/v1/completions", { model: "desk/m", prompt: "hi" }],
  ])("%s gives a stream that ends with [DONE]", async (path, body) => {
    const reply = await post(path, { ...body, stream: true });
    expect(reply.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const text = await reply.text();
    expect(text).toContain("Hello");
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });
});

describe("models", () => {
  test("are listed with the names of the configuration", async () => {
    const { data } = (await (await fetch(`${gateway.url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id).sort()).toEqual(["desk/m", "desk/org/m", "fast"]);
  });

  test.each([
    ["fast", "fast"],
    ["desk/m", "desk/m"],
    ["desk/org/m", "desk/org/m"],
    ["desk%2Forg%2Fm", "desk/org/m"],
  ])("/v1/models/%s is %s", async (path, id) => {
    const reply = await fetch(`${gateway.url}/v1/models/${path}`);
    expect(await reply.json()).toMatchObject({ object: "model", id });
  });

  test("one that is not there is a 404 in the dialect's shape", async () => {
    const reply = await fetch(`${gateway.url}/v1/models/desk%2Fother`);
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({
      error: { message: expect.stringContaining("desk/other"), param: "model" },
    });
  });
});

test.each([
  ["/health", { status: "ok" }],
  ["/ready", { status: "ready", providers: [{ name: "desk", ready: true, models: 2 }] }],
  ["/", { name: "millrace" }],
])("GET %s", async (path, expected) => {
  const reply = await fetch(`${gateway.url}${path}`);
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject(expected);
});

test("a client that takes it for a proxy, and sends the whole URL, is answered", async () => {
  const client = await RawClient.open(gateway.url);
  client.send("GET http://millrace.example/health?x=1 HTTP/1.1\r\nhost: millrace.example\r\n\r\n");
  expect((await client.reply()).json()).toEqual({ status: "ok" });
  client.close();
});

test("HEAD / is answered without a body", async () => {
  const client = await RawClient.open(gateway.url);
  client.send("HEAD / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  const text = await client.end();
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  expect(text.endsWith("\r\n\r\n")).toBe(true);
});

test.each([
  "/chat/completions",
  "/v1/chat/completions/",
  "/v1/v1/chat/completions",
  "//v1//chat/completions",
  "/v1/chat/completions/chat/completions",
  "/v1/chat/completions/v1/chat/completions",
  "/v1/chat/completions?api-version=2024-10-21",
])("a base URL pasted so that requests go to %s works", async (path) => {
  expect((await post(path, CHAT)).status).toBe(200);
});

test("an unknown path is a 404 that says which there are", async () => {
  const reply = await post("/v1/chat", CHAT);
  expect(reply.status).toBe(404);
  expect(await reply.json()).toMatchObject({
    error: { message: expect.stringMatching(/\/v1\/chat\..*POST \/v1\/chat\/completions/), code: "route_not_found" },
  });
});

test.each([
  ["GET", "/v1/chat/completions", "POST"],
  ["DELETE", "/v1/models/desk%2Fm", "GET, HEAD"],
  ["POST", "/health", "GET, HEAD"],
])("%s %s is a 405 that allows %s", async (method, path, allow) => {
  const reply = await fetch(`${gateway.url}${path}`, { method });
  expect(reply.status).toBe(405);
  expect(reply.headers.get("allow")).toBe(allow);
  expect(await reply.json()).toMatchObject({ error: { code: "method_not_allowed" } });
});

test("a WebSocket is refused with 426, and the process lives on", async () => {
  const client = await RawClient.open(gateway.url);
  client.send("GET /v1/realtime HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
  const reply = await client.reply();
  expect(reply).toMatchObject({ status: 426, headers: { connection: "close" } });
  expect(reply.json()).toMatchObject({ error: { code: "unsupported_upgrade" } });
  await client.end();
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
});
