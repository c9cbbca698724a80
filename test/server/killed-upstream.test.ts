import { Agent, type IncomingMessage, request } from "node:http";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatServer, startChatServer } from "../harness/chat-server-process.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";

const EVERY_MS = 5;
const REQUESTS = 600;
const KILL_AFTER = 200;

let servers: readonly ChatServer[];
let gateway: MillraceProcess;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  servers = await Promise.all(["one", "two", "three"].map(startChatServer));
  const providers = servers.map(({ url }, at) => `  p${at}: { profile: openai-compatible, base_url: "${url}" }\n`);
  gateway = await startMillrace({
    config: `providers:\n${providers.join("")}models: { fast: [[p0/m, p1/m, p2/m]] }\n`,
  });
});
afterAll(async () => {
  agent.destroy();
  expect(await gateway.stop()).toBe(0);
  expect(gateway.output()).not.toContain("defect");
  await Promise.all(servers.map((server) => server.kill()));
});

/** What a client saw of its request. */
interface Seen {
  readonly stream: boolean;
  readonly status: number;
  readonly target: string;
  readonly attempts: number;
  readonly hadContent: boolean;
  readonly isComplete: boolean;
}

/** A conversation of its own, so that nothing but their state speaks for one of the servers. */
async function ask(at: number): Promise<Seen> {
  const stream = at % 2 === 0;
  const outgoing = request(`${gateway.url}/v1/chat/completions`, { method: "POST", agent });
  outgoing.end(JSON.stringify({ model: "fast", stream, messages: [{ role: "user", content: `Question ${at}` }] }));
  const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
  let text = "";
  for await (const bytes of reply) text += String(bytes);
  return {
    stream,
    status: reply.statusCode ?? 0,
    target: String(reply.headers["x-millrace-target"]),
    attempts: Number(reply.headers["x-millrace-attempts"]),
    hadContent: text.includes("word0"),
    isComplete: text.includes("word9") && (stream ? text.endsWith("data: [DONE]\n\n") : text.endsWith("}")),
  };
}

/** Requests come when they come, however long the answers to those before take. */
async function load(sent: (count: number) => void): Promise<readonly Seen[]> {
  const answers: Promise<Seen>[] = [];
  const startedAt = performance.now();
  while (answers.length < REQUESTS) {
    const due = Math.min(REQUESTS, Math.floor((performance.now() - startedAt) / EVERY_MS) + 1);
    while (answers.length < due) {
      answers.push(ask(answers.length));
      sent(answers.length);
    }
    await delay(EVERY_MS);
  }
  return Promise.all(answers);
}

test("one of three servers is killed under load: who had no content yet notices nothing", async ({ signal }) => {
  let killed: Promise<void> | undefined;
  const seen = await load((count) => {
    if (count === KILL_AFTER) killed = servers[0]?.kill();
  });
  await killed;

  const hurt = seen.filter(({ isComplete }) => !isComplete);
  expect(hurt.filter(({ hadContent }) => !hadContent)).toEqual([]);
  // The others were being read when their server died.
  for (const one of hurt) expect(one).toMatchObject({ stream: true, status: 200, target: "p0/m" });
  expect(hurt.length).toBeLessThan(KILL_AFTER);
  expect(seen.some(({ attempts, isComplete }) => isComplete && attempts > 1)).toBe(true);
  await nothingInFlight(signal);
});

async function nothingInFlight(signal: AbortSignal): Promise<void> {
  for (;;) {
    const body = JSON.stringify({ model: "fast", messages: [{ role: "user", content: "hi" }] });
    const route = await (await fetch(`${gateway.url}/v1/route`, { method: "POST", body, signal })).text();
    const counts = [...route.matchAll(/in_flight":(\d+)/g)].map(([, count]) => Number(count));
    expect(counts.length).toBeGreaterThan(0);
    if (counts.every((count) => count === 0)) return;
  }
}
