import { afterEach, beforeEach, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { modelServer } from "../harness/model-server.ts";
import { post, RawClient } from "../harness/raw-client.ts";

/** As a llama-server says it, to whatever it is asked. */
const LOADING = { error: { code: 503, message: "Loading model", type: "unavailable_error" } };
const WAITING = 20;

let loads: boolean;
let looks: number;
let upstream: ScriptedUpstream;
let gateway: MillraceProcess;

beforeEach(async () => {
  loads = true;
  looks = 0;
  upstream = await createScriptedUpstream((exchange, index) => {
    if (exchange.request.path === "/health") looks += 1;
    return loads ? exchange.json(LOADING, 503) : modelServer(exchange, index);
  });
  gateway = await startMillrace({
    config: `providers: { desk: { profile: llama.cpp, base_url: "${upstream.url}" } }
models: { fast: [desk/m] }
keep_alive: 20ms
probe_interval: 0
`,
  });
});
afterEach(async () => {
  loads = false;
  expect(await gateway.stop()).toBe(0);
  await upstream.close();
});

const body = (stream: boolean): string =>
  JSON.stringify({ model: "fast", stream, messages: [{ role: "user", content: "hi" }] });

async function ask(): Promise<Response> {
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body: body(false) });
  await reply.text();
  return reply;
}

const posts = (): number => upstream.exchanges.filter(({ request }) => request.method === "POST").length;

/** Resolves once another request has come, as often as it takes. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await upstream.exchange(upstream.exchanges.length);
}

test("many wait for a server that loads, one looks after it for all of them, and all are answered", async () => {
  const replies = Array.from({ length: WAITING }, ask);
  await until(() => posts() === WAITING);
  await until(() => looks === 2);
  expect(posts()).toBe(WAITING);
  loads = false;
  const seen = (await Promise.all(replies)).map(({ status, headers }) => [status, headers.get("x-millrace-attempts")]);
  expect(seen).toEqual(replies.map(() => [200, "2"]));
  expect(looks).toBe(3);
  expect(posts()).toBe(2 * WAITING);
});

test("who waits for a stream is told what for", async () => {
  const client = await RawClient.open(gateway.url);
  client.send(post("/v1/chat/completions", body(true)));
  await client.received(": waiting for desk/m to load, ");
  loads = false;
  await client.received("Hello");
  await client.received("data: [DONE]");
  client.close();
});

test("/v1/models and /v1/route say that it loads", async () => {
  const reply = ask();
  await until(() => looks === 1);
  const route = await fetch(`${gateway.url}/v1/route`, { method: "POST", body: body(false) });
  expect(await route.json()).toMatchObject({ candidates: [{ target: "desk/m", state: "loading" }] });
  const models = await fetch(`${gateway.url}/v1/models/fast`);
  expect(await models.json()).toMatchObject({ id: "fast", state: "loading" });
  loads = false;
  expect((await reply).status).toBe(200);
});

test("whose client leaves is forgotten", async () => {
  const client = await RawClient.open(gateway.url);
  client.send(post("/v1/chat/completions", body(true)));
  await until(() => looks === 1);
  client.close();
  await gateway.printed(/ request .*outcome=cancelled .*attempts=1 /);
  const route = await fetch(`${gateway.url}/v1/route`, { method: "POST", body: body(false) });
  expect(await route.json()).toMatchObject({ candidates: [{ in_flight: 0, server_in_flight: 0, waiting: 0 }] });
});
