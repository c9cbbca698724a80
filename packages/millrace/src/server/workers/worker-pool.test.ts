import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import { modelSetting } from "../config/model-setting.ts";
import { ZERO_CONFIGURATION } from "../config/settings.ts";
import { createLog } from "../log/log.ts";
import type { InForce } from "./messages.ts";
import { claimPort, type PortClaim } from "./port-claim.ts";
import { WorkerPool } from "./worker-pool.ts";
import { startThread, type StartThread } from "./worker-thread.ts";

let clock: FakeClock;
let logged: string;
let heard: () => void;
let pool: WorkerPool;
let claim: PortClaim;
/** What is started in place of the next workers. */
let instead: Worker[];
let threads: Worker[];
beforeEach(async () => {
  clock = new FakeClock();
  logged = "";
  heard = () => undefined;
  instead = [];
  threads = [];
  claim = await claimPort({ host: "127.0.0.1", port: 0 });
  pool = new WorkerPool({
    workers: 2,
    inForce: simulator("quick"),
    clock,
    log,
    onBatch: () => undefined,
    startThread: started,
  });
});
afterEach(async () => {
  await pool.terminate();
  claim.release();
});

const log = createLog(
  "text",
  (text) => {
    logged += text;
    heard();
  },
  () => 0,
);

const started: StartThread = (start) => {
  const thread = instead.shift() ?? startThread(start);
  threads.push(thread);
  return thread;
};

async function untilLogged(pattern: RegExp): Promise<void> {
  while (!pattern.test(logged)) await new Promise<void>((resolve) => (heard = resolve));
}

function simulator(name: string, ...more: readonly ProviderConfig[]): InForce {
  const { origin: _origin, ...settings } = ZERO_CONFIGURATION;
  const configs: readonly ProviderConfig[] = [
    { name: "simulator", profile: "simulator", source: { kind: "built-in" } },
    ...more,
  ];
  return { settings: { ...settings, models: new Map([[name, modelSetting(["simulator/sim-chat"])]]) }, configs };
}

async function statusOf(model: string): Promise<number> {
  const { host, port } = claim.address;
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] });
  const reply = await fetch(`http://${host}:${port}/v1/chat/completions`, {
    method: "POST",
    headers: { connection: "close" },
    body,
  });
  await reply.text();
  return reply.status;
}

const eachOf = (model: string): Promise<number[]> => Promise.all(Array.from({ length: 20 }, () => statusOf(model)));

test("every worker takes other settings over", async () => {
  await pool.start();
  await pool.listen(claim.address);
  await pool.use(simulator("slow"));
  expect(new Set(await eachOf("slow"))).toEqual(new Set([200]));
  expect(new Set(await eachOf("quick"))).toEqual(new Set([404]));
});

test("settings that a worker cannot use change nothing in any", async () => {
  await pool.start();
  await pool.listen(claim.address);
  const unreadable: ProviderConfig = {
    name: "desk",
    profile: "openai-compatible",
    baseUrl: "https://127.0.0.1:1",
    tls: { ca: ["/no-such.pem"] },
    source: { kind: "file" },
  };
  await expect(pool.use(simulator("slow", unreadable))).rejects.toThrow(/no-such\.pem cannot be read/);
  expect(new Set(await eachOf("quick"))).toEqual(new Set([200]));
  expect(new Set(await eachOf("slow"))).toEqual(new Set([404]));
});

const throwing = (): Worker => new Worker("throw new Error('out of luck')", { eval: true });

test("a worker that ends before it has started is told to who starts", async () => {
  instead = [throwing()];
  await expect(pool.start()).rejects.toThrow(/out of luck/);
});

test("a worker that cannot be replaced is tried again after a second", async () => {
  await pool.start();
  await pool.listen(claim.address);
  instead = [throwing()];
  clock.advance(1000);
  await threads[0]?.terminate();
  await untilLogged(/ defect worker=1 lost=0 /);
  await untilLogged(/ worker_missing worker=1 .*out of luck/);
  expect(new Set(await eachOf("quick"))).toEqual(new Set([200]));
  expect(threads).toHaveLength(3);
  clock.advance(1000);
  await untilLogged(/ worker_replaced worker=1\n/);
});

test("a worker that ends as soon as it has come up is not replaced at once", async () => {
  await pool.start();
  await pool.listen(claim.address);
  await threads[0]?.terminate();
  await untilLogged(/ defect worker=1 /);
  clock.advance(999);
  expect(threads).toHaveLength(2);
  clock.advance(1);
  await untilLogged(/ worker_replaced worker=1\n/);
});
