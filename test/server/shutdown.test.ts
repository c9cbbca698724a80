import { afterEach, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { beginStream, deskAt, finishStream } from "../harness/model-server.ts";
import { post, RawClient } from "../harness/raw-client.ts";

let upstream: ScriptedUpstream;
let client: RawClient;

afterEach(async () => {
  client.close();
  await upstream.close();
});

/** The program with one stream in flight. */
async function streaming(more = ""): Promise<MillraceProcess> {
  upstream = await createScriptedUpstream((exchange) =>
    exchange.request.method === "GET" ? exchange.json({ object: "list", data: [] }) : beginStream(exchange),
  );
  const gateway = await startMillrace({ config: deskAt(upstream.url) + more });
  await (await fetch(`${gateway.url}/ready`)).text();
  client = await RawClient.open(gateway.url);
  client.send(
    post("/v1/chat/completions", '{"model":"desk/m","stream":true,"messages":[{"role":"user","content":"hi"}]}'),
  );
  await client.received("Hello");
  return gateway;
}

const inFlight = async (): Promise<Awaited<ReturnType<ScriptedUpstream["exchange"]>>> =>
  upstream.exchange(upstream.exchanges.findIndex(({ request }) => request.method === "POST"));

test.each(["SIGTERM", "SIGINT"] as const)(
  "on %s no connection is taken, and a stream in flight finishes",
  async (signal) => {
    const gateway = await streaming();
    gateway.signal(signal);
    await gateway.printed(new RegExp(`${signal}: no more requests are taken; 1 in flight may finish within 30 s\\.\n`));
    await expect(fetch(`${gateway.url}/health`)).rejects.toThrow("fetch failed");
    await finishStream(await inFlight());
    await client.received("[DONE]");
    expect(await gateway.exited).toBe(0);
    expect(gateway.output()).toContain("Stopped; every request finished.\n");
  },
);

test("what has not finished within the limit is cancelled, and counted", async () => {
  const gateway = await streaming("shutdown_timeout: 50ms\n");
  gateway.signal("SIGTERM");
  await (
    await inFlight()
  ).closed;
  expect(await gateway.exited).toBe(0);
  expect(gateway.output()).toContain("Stopped; 1 request was cancelled.\n");
  expect(await client.end()).not.toContain("[DONE]");
});

test("a second SIGTERM ends it at once", async () => {
  const gateway = await streaming();
  gateway.signal("SIGTERM");
  await gateway.printed(/no more requests are taken/);
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(1);
  await (
    await inFlight()
  ).closed;
});

test("a connection without a request does not hold it up", async () => {
  const gateway = await streaming();
  const idle = await RawClient.open(gateway.url);
  idle.send("GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
  expect((await idle.reply()).headers["connection"]).not.toBe("close");
  await finishStream(await inFlight());
  await client.received("[DONE]");
  expect(await gateway.stop()).toBe(0);
  await idle.end();
});
