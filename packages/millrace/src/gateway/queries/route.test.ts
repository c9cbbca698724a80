import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { answer, FAILED, HeldCall } from "../attempts/testing/calls.ts";
import { ASK, fastGateway } from "../attempts/testing/fast-gateway.ts";
import { keysOf } from "../testing/plan.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";

const PATH = "/v1/route";
const NAMES = ["a", "b", "c"];

function servers(): ScriptedProvider[] {
  return NAMES.map((name) => new ScriptedProvider(name, { calls: Array.from({ length: 20 }, () => answer(name)) }));
}

const targets = NAMES.map((name) => `${name}/m`);

describe("where a request would go", () => {
  test.each(["ordered", "weighted", "round-robin", "least-busy", "lowest-latency", "cheapest", "adaptive"] as const)(
    "is where it goes, under %s",
    async (strategy) => {
      const setup = fastGateway(servers(), { tiers: [targets], strategy, affinity: true });
      for (let count = 0; count < 6; count += 1) {
        const body = { ...ASK, messages: [{ role: "user", content: `talk ${count % 4}` }] };
        const { candidates } = (await setup.call({ path: PATH, body })).json as { candidates: JsonObject[] };
        await setup.ask(body);
        const record = setup.records.at(-1);
        expect(candidates.map(({ target, reason }) => ({ target, reason }))).toEqual(
          record?.candidates.map(({ target, reason }) => ({ target, reason })),
        );
        expect(record?.target).toBe(candidates[0]?.["target"]);
      }
    },
  );

  test("can be asked without taking anybody's turn", async () => {
    const { ask, explained } = fastGateway(servers(), { tiers: [targets], strategy: "round-robin" });
    const first = async () => (await explained()).candidates[0]?.target;
    const next = await first();
    for (let count = 0; count < 4; count += 1) expect(await first()).toBe(next);
    expect((await ask()).headers["x-millrace-target"]).toBe(next);
    expect(await first()).not.toBe(next);
  });

  test("can be asked without calling, waiting, or leaving a record", async () => {
    const busy = new HeldCall();
    const desk = new ScriptedProvider("desk", { calls: [busy.script, answer()] });
    const setup = fastGateway([desk], ["desk/m"], { slots: new Map([["desk", 1]]) });
    const begun = await setup.begin();
    expect((await setup.explained()).candidates).toMatchObject([{ state: "full", in_flight: 1 }]);
    busy.answer();
    await begun.done;
    expect(desk.forwarded).toHaveLength(1);
    expect(setup.records).toHaveLength(1);
  });

  test("follows what it says of its way, in its body and in its header", async () => {
    const { call } = fastGateway(servers(), [...targets]);
    const { json } = await call({
      path: PATH,
      body: { ...ASK, millrace: { ignore: ["a"] } },
      headers: { "x-millrace-route": "order=c" },
    });
    expect(json).toMatchObject({
      candidates: [{ target: "c/m", reason: "3 of 3 for fast; asked for first" }, { target: "b/m" }],
      excluded: [{ target: "a/m", reason: "ignored by `a`" }],
    });
  });

  test("is told with who holds the conversation", async () => {
    const setup = fastGateway(servers(), { tiers: [targets], strategy: "adaptive", affinity: true });
    const headers = { "x-session-affinity": "talk" };
    const asked = async () => (await setup.call({ path: PATH, body: ASK, headers })).json;
    expect(await asked()).toMatchObject({ conversation: "talk", stays_with_its_target: false });
    const { headers: answered } = await setup.ask({}, { headers });
    expect(await asked()).toMatchObject({
      stays_with_its_target: true,
      candidates: [{ target: answered["x-millrace-target"] }, {}, {}],
    });
  });

  test("is told with what would be the answer, where that is nobody", async () => {
    const { ask, explained } = fastGateway(
      [
        new ScriptedProvider("a", { calls: [{ ...FAILED.rateLimit, retryAfterMs: 20_000 }] }),
        new ScriptedProvider("b", { calls: [{ ...FAILED.rateLimit, retryAfterMs: 30_000 }] }),
      ],
      ["a/m", "b/m"],
    );
    await ask();
    expect(await explained()).toMatchObject({
      candidates: [],
      excluded: [
        { target: "a/m", closed_for_ms: 20_000 },
        { target: "b/m", closed_for_ms: 30_000 },
      ],
      error: { code: "rate_limit", status: 429 },
    });
  });

  test("is told for every operation", async () => {
    const [chat, vectors] = [
      new ScriptedProvider("chat", { operations: ["chat-completions", "completions"] }),
      new ScriptedProvider("vectors", { operations: ["embeddings"] }),
    ];
    const { call } = fastGateway([chat, vectors], ["chat/m", "vectors/m"]);
    const first = async (body: JsonObject) => (await call({ path: PATH, body: { model: "fast", ...body } })).json;
    expect(await first({ input: "hi" })).toMatchObject({ candidates: [{ target: "vectors/m" }] });
    expect(await first({ prompt: "hi" })).toMatchObject({ candidates: [{ target: "chat/m" }] });
  });
});

describe("seats", () => {
  test("are given back, whether it is told or refused", async () => {
    const { call, seats } = fastGateway(servers(), [...targets], { maxInFlight: 1 });
    for (const body of [ASK, { model: "fast" }, "{", { ...ASK, millrace: { nonsense: 1 } }]) {
      await call({ path: PATH, body });
    }
    expect(seats.take(0)).toBe(1);
  });

  test("are needed", async () => {
    const { call, seats } = fastGateway(servers(), [...targets], { maxInFlight: 1 });
    seats.take(0);
    expect((await call({ path: PATH, body: ASK })).status).toBe(429);
    expect(seats.take(0)).toBe(2);
  });
});

describe("whoever asks", () => {
  const plan = { keys: keysOf({ secret: { name: "me", models: ["fast"] } }) };
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  test.each([
    ["needs a key", {}, ASK, 401],
    ["needs one that is known", bearer("wrong"), ASK, 401],
    ["may not ask for what the key may not use", bearer("secret"), { ...ASK, model: "a/m" }, 403],
    ["has to send what the operation takes", bearer("secret"), { model: "fast" }, 400],
    ["has to send JSON", bearer("secret"), "{", 400],
    ["is told otherwise", bearer("secret"), ASK, 200],
  ])("%s", async (_, headers, body, status) => {
    const { call } = fastGateway(servers(), [...targets], plan);
    expect((await call({ path: PATH, body, headers })).status).toBe(status);
  });
});
