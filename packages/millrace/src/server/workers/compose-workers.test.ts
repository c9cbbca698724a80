import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { chunk, event, streamHead } from "../../conformance/scripted-upstream/reply-bytes.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import { modelSetting } from "../config/model-setting.ts";
import { type Settings, ZERO_CONFIGURATION } from "../config/settings.ts";
import { createLog } from "../log/log.ts";
import { composeWorkers, type WorkersServer } from "./compose-workers.ts";
import { startThread } from "./worker-thread.ts";

let upstream: ScriptedUpstream;
let server: WorkersServer;
let clock: FakeClock;
/** By number, the latest first. */
let threads: Map<number, Worker>;
let logged: string;
let heard: () => void;
beforeEach(async () => {
  threads = new Map();
  logged = "";
  heard = () => undefined;
  upstream = await createScriptedUpstream(async (exchange) => {
    const { method, body } = exchange.request;
    if (method === "GET") return exchange.json({ object: "list", data: [{ id: "m" }] });
    if (!body.includes("go on")) return exchange.json(ANSWER);
    await exchange.send(streamHead());
    await exchange.send(chunk(event({ choices: [{ index: 0, delta: { content: "Hello" } }] })));
  });
});
afterEach(async () => {
  await server.stop(0);
  await upstream.close();
});

const ANSWER = {
  id: "c1",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
};

function settingsWith(more: Partial<Settings> = {}): Settings {
  const desk: ProviderConfig = {
    name: "desk",
    profile: "openai-compatible",
    baseUrl: upstream.url,
    source: { kind: "file" },
  };
  const listen = { host: "127.0.0.1", port: 0 };
  return { ...ZERO_CONFIGURATION, discovery: false, simulator: false, workers: 2, listen, providers: [desk], ...more };
}

async function start(more: Partial<Settings> = {}): Promise<void> {
  const log = createLog(
    "text",
    (text) => {
      logged += text;
      heard();
    },
    () => 0,
  );
  clock = new FakeClock();
  server = await composeWorkers(
    { settings: settingsWith(more), environment: {}, log },
    {
      clock,
      startThread: (options) => {
        const thread = startThread(options);
        threads.set(options.worker, thread);
        return thread;
      },
    },
  );
}

async function untilLogged(pattern: RegExp): Promise<void> {
  while (!pattern.test(logged)) await new Promise<void>((resolve) => (heard = resolve));
}

/** Without a connection that is kept, so that either worker may get it. */
const ask = (content: string, more: object = {}): Promise<Response> =>
  fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { connection: "close" },
    body: JSON.stringify({ model: "desk/m", messages: [{ role: "user", content }], ...more }),
  });

async function statusOf(content: string): Promise<number> {
  const reply = await ask(content);
  await reply.text();
  return reply.status;
}

describe("every request of every worker", () => {
  test("has its record and its line, once", async () => {
    await start();
    const replies = await Promise.all(Array.from({ length: 40 }, () => ask("hi")));
    const ids = replies.map(({ headers }) => headers.get("x-millrace-request-id"));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    await server.stop(1000);
    expect(new Set(ids).size).toBe(40);
    expect(server.records.newest().map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(server.records.newest()).toHaveLength(40);
    expect(logged.match(/ info request id=\S+/g)?.map((line) => line.split("=")[1])).toEqual(
      expect.arrayContaining(ids),
    );
    expect(logged.split("\n").filter((line) => line.includes(" request "))).toHaveLength(40);
  });

  test("that fails has them too", async () => {
    await start();
    await upstream.close();
    const reply = await ask("hi");
    expect(reply.status).toBeGreaterThanOrEqual(500);
    await untilLogged(/ warn request .*outcome=failed/);
    expect(server.records.newest()).toMatchObject([{ outcome: "failed", failure: { fault: "upstream" } }]);
  });
});

describe("a worker whose thread ends", () => {
  const cutShort = async (reply: Response): Promise<void> => {
    await expect(reply.text()).rejects.toThrow();
  };

  test("leaves a line in the log, gives its seats back and is replaced", async () => {
    await start({ maxInFlight: 2 });
    const streams = [await ask("go on", { stream: true }), await ask("go on", { stream: true })];
    expect(server.inFlight).toBe(2);
    expect(await statusOf("hi")).toBe(429);

    const first = threads.get(1);
    clock.advance(1000);
    await first?.terminate();
    await untilLogged(/ worker_replaced worker=1\n/);
    const lost = Number(/ error defect worker=1 lost=(\d)/.exec(logged)?.[1]);
    expect(server.inFlight).toBe(2 - lost);
    expect(threads.get(1)).not.toBe(first);

    await threads.get(2)?.terminate();
    await untilLogged(/ worker_replaced worker=2\n/);
    await Promise.all(streams.map(cutShort));
    expect(server.inFlight).toBe(0);
    expect(await statusOf("hi")).toBe(200);
  });

  test("is replaced by one with the settings and the problem in force", async () => {
    await start();
    await server.reload(settingsWith({ models: new Map([["quick", modelSetting(["desk/m"])]]) }));
    server.reportProblem("line 1 is wrong");
    clock.advance(1000);
    for (const worker of [1, 2]) {
      await threads.get(worker)?.terminate();
      await untilLogged(new RegExp(` worker_replaced worker=${worker}\n`));
    }
    expect((await ask("hi", { model: "quick" })).status).toBe(200);
    const ready = await fetch(`${server.url}/ready`);
    expect(await ready.json()).toMatchObject({ config: { problem: "line 1 is wrong" } });
  });

  test("while it stops: its requests count as cancelled", async () => {
    await start();
    const stream = await ask("go on", { stream: true });
    const stopped = server.stop(60_000);
    await Promise.all([...threads.values()].map((thread) => thread.terminate()));
    expect(await stopped).toBe(1);
    expect(logged).not.toMatch(/defect/);
    await cutShort(stream);
  });
});

test("stopping cancels what is left at the limit in any worker, and counts it", async () => {
  await start();
  const streams = await Promise.all(Array.from({ length: 8 }, () => ask("go on", { stream: true })));
  const ended = Promise.all([...threads.values()].map((thread) => once(thread, "exit")));
  expect(await server.stop(50)).toBe(8);
  expect(await ended).toEqual([[0], [0]]);
  await Promise.all(streams.map((stream) => stream.text().catch(() => undefined)));
  expect(server.records.newest()).toHaveLength(8);
});

test("what no worker can be started with is thrown, and no thread is left", async () => {
  await start();
  const [, port] = /:(\d+)$/.exec(server.url) ?? [];
  const listen = { host: "127.0.0.1", port: Number(port) };
  const others: Worker[] = [];
  const log = createLog("text", () => undefined, Date.now);
  const second = composeWorkers(
    { settings: settingsWith({ listen }), environment: {}, log },
    {
      clock,
      startThread: (options) => {
        const thread = startThread(options);
        others.push(thread);
        return thread;
      },
    },
  );
  await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(others.map(({ threadId }) => threadId)).toEqual([-1, -1]);
});
