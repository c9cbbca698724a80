import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { answer, FAILED, HeldCall } from "./testing/calls.ts";
import { attemptsOf, fastGateway, pass, settled } from "./testing/fast-gateway.ts";

/** As long as nobody is told to wait longer than that for the one that holds a conversation. */
const PATIENCE_MS = 2_000;

/** Servers with one place each, which is taken. */
async function full(names: readonly string[], more: Parameters<typeof fastGateway>[2] = {}) {
  const held = new Map(names.map((name) => [name, new HeldCall()]));
  const servers = names.map((name) => new ScriptedProvider(name, { calls: [held.get(name)!.script] }));
  const setup = fastGateway(
    servers,
    names.map((name) => `${name}/m`),
    { slots: new Map(names.map((name) => [name, 1])), ...more },
  );
  for (const name of names) {
    await setup.begin({ model: `${name}/m` });
    servers[names.indexOf(name)]?.calls.push(answer(name), answer(name), answer(name));
  }
  const waiting = async () => (await setup.explained()).candidates.map((target) => target.waiting);
  return { ...setup, servers, call: (name: string) => held.get(name)!, waiting };
}

describe("where a place is free", () => {
  test("the first candidate is asked that has one", async () => {
    const { ask, call } = await full(["a", "b", "c"]);
    call("c").answer();
    await settled();
    expect((await ask()).json).toEqual({ from: "c" });
    call("b").answer();
    await settled();
    expect((await ask()).json).toEqual({ from: "b" });
    call("a").answer();
    await settled();
    expect((await ask()).json).toEqual({ from: "a" });
  });
});

describe("where every place is taken", () => {
  test.each(["a", "b"])("a request waits in all lines, and goes where one comes free: %s", async (name) => {
    const { begin, call, waiting } = await full(["a", "b"]);
    const { client, done } = await begin();
    expect(client.ended).toBe(false);
    expect(await waiting()).toEqual([1, 1]);
    call(name).answer();
    await done;
    expect(client.json).toEqual({ from: name });
    expect(client.headers["x-millrace-attempts"]).toBe("1");
    expect(await waiting()).toEqual([0, 0]);
  });

  test("a request without fail-over waits only in the line of its one target", async () => {
    const { begin, call, waiting } = await full(["a", "b"]);
    const { client, done } = await begin({ millrace: { failover: false } });
    expect(await waiting()).toEqual([1, 0]);
    call("b").answer();
    await settled();
    expect(client.ended).toBe(false);
    call("a").answer();
    await done;
    expect(client.json).toEqual({ from: "a" });
  });

  test("who is more urgent goes first", async () => {
    const { begin, call, records } = await full(["a"]);
    const begun = [await begin({ user: "low" }), await begin({ user: "high", millrace: { priority: 3 } })];
    call("a").answer();
    await Promise.all(begun.map(({ done }) => done));
    expect(records.map(({ id }) => id)).toEqual(["req-1", "req-3", "req-2"]);
  });

  test("a client that leaves leaves the line, and takes no place with it", async () => {
    const { begin, call, ask, waiting, records } = await full(["a"]);
    const { client, done } = await begin();
    client.leave();
    await done;
    expect(await waiting()).toEqual([0]);
    expect(records).toMatchObject([{ outcome: "cancelled", attempts: [] }]);
    call("a").answer();
    await settled();
    expect((await ask()).status).toBe(200);
  });

  /** `back` is closed for three seconds, and the one place of `other` is taken. */
  async function closedAndFull(more: JsonObject) {
    const back = new ScriptedProvider("back", {
      calls: [{ ...FAILED.rateLimit, retryAfterMs: 3_000 }, answer("back")],
    });
    const busy = new HeldCall();
    const other = new ScriptedProvider("other", { calls: [busy.script, answer("other")] });
    const setup = fastGateway([back, other], ["back/m", "other/m"], { slots: new Map([["other", 1]]) });
    await setup.ask({ model: "back/m" });
    await setup.begin({ model: "other/m" });
    return { ...setup, busy, ...(await setup.begin(more)) };
  }

  test("a target that was closed when the request came takes it as soon as it is back", async () => {
    const { busy, client, clock, done } = await closedAndFull({});
    await pass(clock, 2_500);
    expect(client.ended).toBe(false);
    await pass(clock, 1_500);
    await done;
    expect(client.json).toEqual({ from: "back" });
    busy.answer();
  });

  test("a target that is back does not take it where the request wants no fail-over", async () => {
    const { busy, client, clock, done } = await closedAndFull({ millrace: { failover: false } });
    await pass(clock, 10_000);
    expect(client.ended).toBe(false);
    busy.answer();
    await done;
    expect(client.json).toEqual({ from: "other" });
  });
});

describe("a target that closes while requests wait for it", () => {
  const CLOSED = { ...FAILED.rateLimit, retryAfterMs: 45_000 };

  test("is not called: they wait on for the others", async () => {
    const { begin, call, records } = await full(["a", "b"]);
    const { client, done } = await begin();
    call("a").fail(CLOSED);
    await settled();
    expect(client.ended).toBe(false);
    call("b").answer();
    await done;
    expect(client.json).toEqual({ from: "b" });
    expect(attemptsOf(records.at(-1))).toEqual(["b answered"]);
  });

  test("does not make them wait longer in all", async () => {
    const { begin, call, clock } = await full(["a", "b"], { queue: { maxWaitMs: 10_000, length: 9 } });
    const { client, done } = await begin();
    await pass(clock, 6_000);
    call("a").fail(CLOSED);
    await pass(clock, 3_500);
    expect(client.ended).toBe(false);
    await pass(clock, 1_000);
    await done;
    expect(client.status).toBe(429);
    expect(client.json).toMatchObject({ error: { code: "line_timeout" } });
  });

  test("is told, with the time at which the first is back, when it was the last", async () => {
    const { begin, call, servers } = await full(["a", "b"]);
    const begun = [await begin(), await begin(), await begin()];
    call("a").fail(CLOSED);
    call("b").fail({ ...CLOSED, retryAfterMs: 9_000 });
    for (const { client, done } of begun) {
      await done;
      expect(client.status).toBe(503);
      expect(client.headers["retry-after"]).toBe("9");
      expect(client.json).toMatchObject({
        error: {
          code: "no_target_available",
          message: expect.stringMatching(/a\/m \(cooling down.*b\/m \(cooling down/),
        },
      });
    }
    expect(servers.map(({ forwarded }) => forwarded.length)).toEqual([1, 1]);
  });
});

describe("a request of a conversation", () => {
  /** Two equals with one place each; `talk` is held by `home`, whose place is taken. */
  async function talk() {
    const busy = new HeldCall();
    const [a, b] = ["a", "b"].map((name) => new ScriptedProvider(name, { calls: [answer(name)] }));
    const setup = fastGateway(
      [a!, b!],
      { tiers: [["a/m", "b/m"]], strategy: "adaptive", affinity: true },
      { slots: new Map(["a", "b"].map((name) => [name, 1])) },
    );
    const options = { headers: { "x-session-affinity": "talk" } };
    const { from: home } = (await setup.ask({}, options)).json as { from: "a" | "b" };
    const away = home === "a" ? "b" : "a";
    const [holder, other] = home === "a" ? [a!, b!] : [b!, a!];
    holder.calls = [busy.script, answer(home)];
    other.calls = [answer(away)];
    const taking = await setup.begin({ model: `${home}/m` });
    const begun = await setup.begin({}, options);
    return { ...setup, ...begun, taking, busy, home, away };
  }

  test("waits for a place where the conversation is, though another has one", async () => {
    const { client, clock, busy, home, done } = await talk();
    await pass(clock, PATIENCE_MS / 2);
    expect(client.ended).toBe(false);
    busy.answer();
    await done;
    expect(client.json).toEqual({ from: home });
  });

  test("takes one elsewhere when that takes too long", async () => {
    const { client, clock, busy, away, done, taking } = await talk();
    await pass(clock, PATIENCE_MS);
    await done;
    expect(client.json).toEqual({ from: away });
    busy.answer();
    await taking.done;
  });
});
