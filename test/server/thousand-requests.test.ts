import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { beginStream, modelServer } from "../harness/model-server.ts";
import type { Holdings } from "./measured-gateway.ts";

let upstream: ScriptedUpstream;
let gateway: ChildProcess;
let url: string;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  upstream = await createScriptedUpstream((exchange, index) => {
    if (exchange.request.body.includes("go on")) return beginStream(exchange);
    if (exchange.request.body.includes("fail")) return exchange.json({ error: { message: "no" } }, 500);
    return modelServer(exchange, index);
  });
  gateway = fork(new URL("measured-gateway.ts", import.meta.url).pathname, [upstream.url], {
    execArgv: ["--expose-gc"],
  });
  [url = ""] = (await once(gateway, "message")) as [string];
});
afterAll(async () => {
  agent.destroy();
  gateway.disconnect();
  expect((await once(gateway, "exit"))[0]).toBe(0);
  await upstream.close();
});

async function holdings(): Promise<Holdings> {
  gateway.send("measure");
  const [answer] = (await once(gateway, "message")) as [Holdings];
  return answer;
}

async function post(path: string, body: object): Promise<IncomingMessage> {
  const outgoing = request(`${url}${path}`, { method: "POST", agent });
  outgoing.end(JSON.stringify(body));
  const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
  return reply;
}

const ask = (content: string, more: object = {}): object => ({
  model: "desk/m",
  messages: [{ role: "user", content }],
  ...more,
});

/** One of each kind of request, with the status it must have. */
const KINDS: readonly (() => Promise<void>)[] = [
  () => expectStatus("/v1/chat/completions", ask("hi"), 200),
  () => expectStatus("/v1/chat/completions", ask("hi", { stream: true }), 200),
  () => expectStatus("/v1/embeddings", { model: "desk/m", input: "hi" }, 200),
  () => expectStatus("/v1/completions", { model: "desk/m", prompt: "hi", stream: true }, 200),
  () => expectStatus("/v1/chat/completions", { model: "desk/m" }, 400),
  () => expectStatus("/v1/chat/completions", ask("fail", { stream: true }), 500),
  () => expectStatus("/v1/models/nobody", {}, 405),
  leave,
];

async function expectStatus(path: string, body: object, status: number): Promise<void> {
  const reply = await post(path, body);
  await text(reply);
  expect(reply.statusCode).toBe(status);
}

/** A client that leaves in the middle of a stream. */
async function leave(): Promise<void> {
  const reply = await post("/v1/chat/completions", ask("go on", { stream: true }));
  await once(reply, "data");
  const exchange = upstream.exchanges.at(-1);
  reply.destroy();
  await exchange?.closed;
}

async function requests(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await KINDS[done % KINDS.length]?.();
  // What the upstream remembers of them is the test's, not the gateway's.
  upstream.exchanges.length = 0;
}

test("a thousand requests of every kind leave no socket, no timer and no memory behind", async () => {
  // The first thousand fill the ring of records, the pools and the caches.
  await requests(1200);
  const before = await holdings();
  const connections = upstream.openSockets;
  await requests(1000);
  const after = await holdings();

  expect(after.inFlight).toBe(0);
  expect(after.records).toBe(1000);
  for (const [kind, count] of Object.entries(after.resources)) {
    expect(
      count,
      `${kind}: ${JSON.stringify({ before: before.resources, after: after.resources })}`,
    ).toBeLessThanOrEqual((before.resources[kind] ?? 0) + 2);
  }
  expect(upstream.openSockets).toBeLessThanOrEqual(connections + 1);
  // A kilobyte for each request: less than the least that a leaked request would hold.
  expect(after.heapBytes - before.heapBytes).toBeLessThan(1000 * 1024);
});
