import { expect, test } from "vitest";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { answer, FAILED, HeldCall } from "./testing/calls.ts";
import { ASK, attemptsOf, type Begun, fastGateway, settled } from "./testing/fast-gateway.ts";

/** Further attempts that a target takes at any time, and for each request that comes to it first. */
const FLOOR = 10;
const SHARE = 0.2;

/** A hundred requests come to the first at once, and fail there together; what the second does is up to the test. */
async function outage(own: readonly ("answered" | "failed")[]): Promise<{ second: ScriptedProvider; begun: Begun[] }> {
  const crowd = 100;
  const held = Array.from({ length: crowd }, () => new HeldCall());
  const first = new ScriptedProvider("first", { calls: held.map(({ script }) => script) });
  const second = new ScriptedProvider("second", {
    calls: [
      ...own.map((outcome) => (outcome === "answered" ? answer() : FAILED.server)),
      ...held.map(() => new HeldCall().script),
    ],
  });
  const { ask, begin, start } = fastGateway([first, second], ["first/m", "second/m"]);
  for (const _ of own) await ask({ model: "second/m" });
  const begun = [await begin()];
  while (begun.length < crowd) begun.push(start({ body: ASK }));
  await settled();
  expect(first.forwarded).toHaveLength(crowd);
  for (const call of held) call.fail(FAILED.server);
  await settled();
  return { second, begun };
}

test("a target that fails takes a share of further attempts, however many try again", async () => {
  const own = ["failed", "failed", "answered", "failed"] as const;
  const { second, begun } = await outage(own);
  expect(second.forwarded.length - own.length).toBe(Math.ceil(FLOOR + SHARE * own.length));
  const refused = begun.filter(({ client }) => client.ended);
  expect(refused).toHaveLength(begun.length - (second.forwarded.length - own.length));
  expect(refused[0]?.client.status).toBe(500);
  for (const { client, done } of begun) {
    if (!client.ended) client.leave();
    await done;
  }
});

test("a target that answers well takes all of them", async () => {
  const own = ["answered", "answered", "answered"] as const;
  const { second, begun } = await outage(own);
  expect(second.forwarded).toHaveLength(own.length + begun.length);
  for (const { client, done } of begun) {
    client.leave();
    await done;
  }
});

test("whoever finds its budget used up is sent past it, to the next", async () => {
  const many = <T>(script: T): T[] => Array.from({ length: 20 }, () => script);
  const first = new ScriptedProvider("first", { calls: many(FAILED.overflow) });
  const second = new ScriptedProvider("second", { calls: many(FAILED.overflow) });
  const third = new ScriptedProvider("third", { calls: many(answer()) });
  const { ask, records } = fastGateway([first, second, third], ["first/m", "second/m", "third/m"]);
  for (let count = 0; count < FLOOR; count += 1) await ask();
  // It was asked as often as that allows, but has not failed, so nobody counts.
  await ask();
  expect(attemptsOf(records.at(-1))).toContain("second failed context_overflow");
  second.calls = [FAILED.server, FAILED.server];
  for (let count = 0; count < 2; count += 1) await ask({ model: "second/m" });
  await ask();
  expect(attemptsOf(records.at(-1))).toEqual(["first failed context_overflow", "third answered"]);
});
