import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { runMillrace } from "../harness/millrace-command.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { beginStream, deskAt, finishStream, modelServer } from "../harness/model-server.ts";
import { post, RawClient } from "../harness/raw-client.ts";

let upstream: ScriptedUpstream;
let gateway: MillraceProcess;
beforeEach(async () => {
  upstream = await createScriptedUpstream((exchange, index) => {
    const { method, body } = exchange.request;
    if (body.includes("go on")) return beginStream(exchange);
    const refused = method === "POST" && "store" in (exchange.request.json() as object);
    if (refused) return exchange.json({ error: { message: "Unknown parameter: 'store'", param: "store" } }, 400);
    return modelServer(exchange, index);
  });
});
afterEach(async () => {
  gateway.signal("SIGKILL");
  await gateway.exited;
  await upstream.close();
});

const start = async (more = "", ...args: readonly string[]): Promise<void> => {
  gateway = await startMillrace({ config: deskAt(upstream.url) + more, args: ["--workers", "2", ...args] });
};

/** Each on a connection of its own, so that any worker may get it. */
function ask(content: string, more: object = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { connection: "close" },
    body: JSON.stringify({ model: "desk/m", messages: [{ role: "user", content }], ...more }),
  });
}

async function statuses(count: number, more: object = {}): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const reply = await ask("hi", more);
      await reply.text();
      return reply.status;
    }),
  );
}

const all = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

/** The requests of streams that go on, as the upstream has them. */
const streams = (): ScriptedUpstream["exchanges"] =>
  upstream.exchanges.filter(({ request }) => request.body.includes("go on"));

const sentWithStore = (): number => upstream.exchanges.filter(({ request }) => request.body.includes('"store"')).length;

test("both workers answer: each learns by itself, once, what the server refuses", async () => {
  await start();
  for (let asked = 0; asked < 200 && sentWithStore() < 2; asked += 1) {
    expect((await ask("hi", { store: true })).status).toBe(200);
  }
  expect(sentWithStore()).toBe(2);
  expect(await statuses(20, { store: true })).toEqual(all(20, 200));
  expect(sentWithStore()).toBe(2);
});

test("in_flight holds over both together, and a seat that one gave back is either's", async () => {
  await start("limits: { in_flight: 6 }\n");
  const replies = await Promise.all(Array.from({ length: 20 }, () => ask("go on", { stream: true })));
  const served = replies.filter(({ status }) => status === 200);
  expect(served).toHaveLength(6);
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(14);
  expect(await statuses(10)).toEqual(all(10, 429));

  const [first] = streams();
  if (first === undefined) throw new Error("No stream came to the upstream");
  await finishStream(first);
  for (let asked = 1; asked <= 8; asked += 1) {
    // A request that is in the log has given its seat back.
    await gateway.printed(new RegExp(`(?: outcome=completed [^]*){${asked}}`));
    expect(await statuses(1)).toEqual([200]);
  }
});

test("every request has an id of its own and one line in the log", async () => {
  await start("", "--log", "json");
  const replies = await Promise.all(Array.from({ length: 60 }, () => ask("hi")));
  const ids = replies.map(({ headers }) => headers.get("x-millrace-request-id"));
  expect(await gateway.stop()).toBe(0);
  const lines = gateway
    .output()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { readonly event: string; readonly id: string });
  const logged = lines.filter(({ event }) => event === "request").map(({ id }) => id);
  expect(logged).toHaveLength(60);
  expect(new Set(logged)).toEqual(new Set(ids));
  expect(new Set(ids).size).toBe(60);
});

describe("a changed file", () => {
  test("is taken over by both, on SIGHUP too", async () => {
    await start("models: { fast: [desk/m] }\n");
    await gateway.writeConfig(`${deskAt(upstream.url)}models: { quick: [desk/m] }\nworkers: 2\n`);
    await gateway.printed(/ reloaded /);
    expect(await statuses(20, { model: "quick" })).toEqual(all(20, 200));
    expect(await statuses(20, { model: "fast" })).toEqual(all(20, 404));
    gateway.signal("SIGHUP");
    await gateway.printed(/ reloaded [^]* reloaded /);
    expect(gateway.output()).not.toMatch(/restart_needed/);
  });

  test("that changes the providers lets both serve what they have begun to read", async () => {
    await start();
    const request = post("/v1/chat/completions", '{"model":"desk/m","messages":[{"role":"user","content":"hi"}]}', [
      "expect: 100-continue",
    ]);
    const clients = await Promise.all(Array.from({ length: 12 }, () => RawClient.open(gateway.url)));
    for (const client of clients) {
      client.send(request.slice(0, -20));
      expect((await client.reply()).status).toBe(100);
    }
    await gateway.writeConfig(`${deskAt(upstream.url)}limits: { answer: 6MiB }\n`);
    await gateway.printed(/ reloaded /);
    for (const client of clients) {
      client.send(request.slice(-20));
      expect((await client.reply()).status).toBe(200);
      client.close();
    }
  });

  test("with a mistake changes nothing, and each says so in /ready", async () => {
    await start("models: { fast: [desk/m] }\n");
    const missing = `tls: { ca: [no-such.pem] } }\nmodels: { quick: [desk/m] }\n`;
    await gateway.writeConfig(deskAt(upstream.url).replace("}\n", `, ${missing}`));
    const problem = /millrace\.yaml:3:\d+: providers\.desk\.tls\.ca: .*no-such\.pem cannot be read/;
    expect(await gateway.printed(/ reload_failed .*\n/)).toMatch(problem);
    expect(await statuses(20, { model: "fast" })).toEqual(all(20, 200));
    const ready = await Promise.all(
      Array.from({ length: 20 }, async () =>
        (await fetch(`${gateway.url}/ready`, { headers: { connection: "close" } })).json(),
      ),
    );
    for (const state of ready) expect(state).toMatchObject({ config: { problem: expect.stringMatching(problem) } });
  });
});

describe("on SIGTERM", () => {
  const refused = async (): Promise<void> => {
    for (;;) {
      try {
        await (await fetch(`${gateway.url}/health`, { headers: { connection: "close" } })).text();
      } catch {
        return;
      }
    }
  };

  test("no connection is taken, and the streams of both finish", async () => {
    await start();
    const replies = await Promise.all(Array.from({ length: 12 }, () => ask("go on", { stream: true })));
    gateway.signal("SIGTERM");
    await gateway.printed(/SIGTERM: no more requests are taken; 12 in flight may finish within 30 s\.\n/);
    await refused();
    await Promise.all(streams().map(finishStream));
    for (const text of await Promise.all(replies.map((reply) => reply.text()))) expect(text).toContain("[DONE]");
    expect(await gateway.exited).toBe(0);
    expect(gateway.output()).toContain("Stopped; every request finished.\n");
  });

  test("what has not finished within the limit is cancelled, and counted over both", async () => {
    await start("shutdown_timeout: 50ms\n");
    const replies = await Promise.all(Array.from({ length: 12 }, () => ask("go on", { stream: true })));
    gateway.signal("SIGTERM");
    await Promise.all(streams().map(({ closed }) => closed));
    await Promise.all(replies.map((reply) => reply.text().catch(() => undefined)));
    expect(await gateway.exited).toBe(0);
    expect(gateway.output()).toContain("Stopped; 12 requests were cancelled.\n");
    expect(gateway.output().match(/ request id=/g)).toHaveLength(12);
  });

  test("a second ends it at once", async () => {
    await start();
    const reply = await ask("go on", { stream: true });
    gateway.signal("SIGTERM");
    await gateway.printed(/no more requests are taken/);
    gateway.signal("SIGTERM");
    expect(await gateway.exited).toBe(1);
    await expect(reply.text()).rejects.toThrow();
  });
});

describe("the port", () => {
  test.each([["2"], ["1"]])("is not shared with a second millrace with %s workers", async (workers) => {
    await start();
    const { port } = new URL(gateway.url);
    const { code, stderr } = await runMillrace(["serve", "--port", port, "--workers", workers]);
    expect(code).toBe(1);
    expect(stderr).toBe(`Port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another with --port.\n`);
    expect(await statuses(1)).toEqual([200]);
  });

  test("is free again afterwards, and taken where somebody else listens", async () => {
    await start();
    const port = Number(new URL(gateway.url).port);
    expect(await gateway.stop()).toBe(0);
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const { stderr } = await runMillrace(["serve", "--port", String(port), "--workers", "2"]);
    other.close();
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use.`);
  });
});

test("the number may stand in the file, the flag goes before it, and another number takes a restart", async () => {
  await start("workers: 1\n");
  await gateway.writeConfig(`${deskAt(upstream.url)}workers: 3\n`);
  await gateway.printed(/ reloaded /);
  expect(gateway.output()).not.toMatch(/restart_needed/);

  const other = await startMillrace({ config: `${deskAt(upstream.url)}workers: 2\n` });
  await other.writeConfig(`${deskAt(upstream.url)}workers: 3\n`);
  await other.printed(/ restart_needed .*`workers` has changed/);
  expect(await other.stop()).toBe(0);
});
