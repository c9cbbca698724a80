import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { post, RawClient } from "../harness/raw-client.ts";
import { SlotServer } from "../harness/slot-server.ts";

let gateway: MillraceProcess;
let left: SlotServer;
let right: SlotServer;

async function start({ takesMs, settings = "" }: { takesMs?: number; settings?: string } = {}): Promise<void> {
  [left, right] = await Promise.all([SlotServer.start(2, takesMs), SlotServer.start(2, takesMs)]);
  gateway = await startMillrace({
    config: `providers:
  left: { profile: openai-compatible, base_url: "${left.url}", stream_upstream: false, slots: 2 }
  right: { profile: openai-compatible, base_url: "${right.url}", stream_upstream: false, slots: 2 }
models: { fast: [[left/m, right/m]] }
keys: [{ name: alice, key: a }, { name: bob, key: b }]
probe_interval: 0
${settings}`,
  });
}
afterEach(async () => {
  expect(await gateway.stop()).toBe(0);
  expect(gateway.output()).not.toContain("defect");
  await Promise.all([left.close(), right.close()]);
});

const body = (content: string, stream = false): string =>
  JSON.stringify({ model: "fast", stream, messages: [{ role: "user", content }] });

function ask(content: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "x-api-key": "a", ...headers },
    body: body(content),
  });
}

const asks = (count: number, prefix: string, headers?: Readonly<Record<string, string>>): Promise<Response>[] =>
  Array.from({ length: count }, (_, at) => ask(`${prefix}${at}`, headers));

async function targetOf(reply: Promise<Response>): Promise<string> {
  return (await reply).headers.get("x-millrace-target") ?? "";
}

interface Candidate {
  readonly target: string;
  readonly waiting: number;
  readonly server_in_flight: number;
}

async function candidates(): Promise<readonly Candidate[]> {
  const headers = { "x-api-key": "a" };
  const reply = await fetch(`${gateway.url}/v1/route`, { method: "POST", headers, body: body("hi") });
  return ((await reply.json()) as { readonly candidates: readonly Candidate[] }).candidates;
}

/** Resolves once the two serve so many, and so many wait in line at each of them. */
async function until(served: number, waiting: number): Promise<void> {
  for (;;) {
    const both = await candidates();
    const inFlight = both.reduce((sum, { server_in_flight: count }) => sum + count, 0);
    if (inFlight === served && both.every((candidate) => candidate.waiting === waiting)) return;
  }
}

async function untilWaitsAt(target: string): Promise<void> {
  while (!(await candidates()).some((candidate) => candidate.target === target && candidate.waiting === 1));
}

describe("two servers that answer by themselves", () => {
  beforeEach(() => start({ takesMs: 5 }));

  test("have never more than they have slots for, however many come at once", async () => {
    const replies = await Promise.all(asks(60, "question "));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(replies.map(({ headers }) => headers.get("x-millrace-attempts"))).toEqual(replies.map(() => "1"));
    expect([left, right].map(({ most, refused }) => ({ most, refused }))).toEqual([
      { most: 2, refused: 0 },
      { most: 2, refused: 0 },
    ]);
    await until(0, 0);
  });

  test("keep their conversations, also while others come and go", async () => {
    const homes = { red: "left", green: "right", blue: "right", white: "left" };
    const turns: Record<string, string>[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const targets: Record<string, string> = {};
      for (const [name, home] of Object.entries(homes)) {
        const passerBy = ask(`passing ${name} by in turn ${turn}`);
        const begins = turn === 0 ? { "x-millrace-route": `only=${home}` } : {};
        targets[name] = await targetOf(ask(`turn ${turn}`, { "x-session-affinity": name, ...begins }));
        await passerBy;
      }
      turns.push(targets);
    }
    expect(turns).toEqual(turns.map(() => ({ red: "left/m", green: "right/m", blue: "right/m", white: "left/m" })));
  });
});

describe("while every place is taken", () => {
  /** Four requests that are served until the test lets them go. */
  async function takeAllPlaces(): Promise<Promise<Response>[]> {
    const replies = asks(4, "first ");
    await until(4, 0);
    return replies;
  }

  async function answerAll(replies: readonly Promise<unknown>[]): Promise<void> {
    let open = replies.length;
    const done = Promise.all(replies.map((reply) => reply.then(() => (open -= 1))));
    while (open > 0) {
      await Promise.all([left.answerOldest(), right.answerOldest()]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
  }

  test("who sends two requests has its turns between those of who sent twenty", async () => {
    await start();
    const replies = await takeAllPlaces();
    replies.push(...asks(20, "alice "));
    await until(4, 20);
    replies.push(...asks(2, "bob ", { "x-api-key": "b" }));
    await until(4, 22);

    const came: string[] = [];
    for (const server of [left, right, left, right]) {
      const next = server.asked;
      await server.answerOldest();
      came.push(await server.prompt(next));
    }
    expect(came.map((prompt) => prompt.split(" ")[0] ?? "").toSorted()).toEqual(["alice", "alice", "bob", "bob"]);
    await answerAll(replies);
    expect(await Promise.all(replies.map(async (reply) => (await reply).status))).toEqual(replies.map(() => 200));
    expect([left.refused, right.refused]).toEqual([0, 0]);
  });

  test("who waits too long is told how long the line is, and when to come back", async () => {
    await start({ settings: "queue: { max_wait: 100ms }\n" });
    const replies = await takeAllPlaces();
    const late = await ask("late");
    expect(late.status).toBe(429);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(await late.json()).toMatchObject({ error: { code: "line_timeout" } });
    await answerAll(replies);
  });

  test("a stream is told that it waits, and how many go before it", async () => {
    await start({ settings: "keep_alive: 20ms\n" });
    const replies = await takeAllPlaces();
    const clients = await Promise.all([RawClient.open(gateway.url), RawClient.open(gateway.url)]);
    for (const [at, client] of clients.entries()) {
      client.send(post("/v1/chat/completions", body(`stream ${at}`, true), ["x-api-key: a"]));
      await until(4, at + 1);
    }
    await clients[0].received(": waiting for a place, 0 ahead");
    await clients[1].received(": waiting for a place, 1 ahead");
    await answerAll(replies);
    for (const client of clients) {
      await answerAll([client.received("data: [DONE]")]);
      client.close();
    }
  });

  test("at its own server a conversation waits for the next place, although the other has one", async () => {
    await start();
    const red = { "x-session-affinity": "red" };
    const first = ask("red begins", red);
    await until(1, 0);
    await answerAll([first]);
    const home = await targetOf(first);
    const only = (name: string): Record<string, string> => ({ "x-millrace-route": `only=${name}` });
    const others = ["one", "two"].map((name) => ask(name, only(home.split("/")[0] ?? "")));
    await until(2, 0);
    const again = ask("red goes on", red);
    await untilWaitsAt(home);
    await answerAll([...others, again]);
    expect(await targetOf(again)).toBe(home);
  });

  test("a client that leaves its line is forgotten", async () => {
    await start();
    const replies = await takeAllPlaces();
    const client = await RawClient.open(gateway.url);
    client.send(post("/v1/chat/completions", body("left early"), ["x-api-key: a"]));
    await until(4, 1);
    client.close();
    await until(4, 0);
    await answerAll(replies);
    expect(left.asked + right.asked).toBe(replies.length);
  });
});
