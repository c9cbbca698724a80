import { describe, expect, test } from "vitest";
import { providerError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { type CallScript, ScriptedProvider } from "../testing/scripted-provider.ts";
import { answer, FAILED } from "./testing/calls.ts";
import { attemptsOf, fastGateway } from "./testing/fast-gateway.ts";

const sent = ({ forwardedWith }: ScriptedProvider): unknown[] => forwardedWith.map(({ credential }) => credential);

describe("a provider with several keys", () => {
  test("has each in turn", async () => {
    const cloud = new ScriptedProvider("cloud", { credentials: 3, calls: [answer(), answer(), answer(), answer()] });
    const { ask } = fastGateway([cloud], ["cloud/m"]);
    for (let count = 0; count < 4; count += 1) await ask();
    expect(sent(cloud)).toEqual([0, 1, 2, 0]);
  });

  test.each([
    ["refused", FAILED.key],
    ["not allowed the model", failureOf("permission", "no")],
    ["without money", failureOf("quota", "no balance")],
    ["out of its rate limit", FAILED.rateLimit],
  ])("is asked with the next when one is %s, before the next target is", async (_, failure) => {
    const cloud = new ScriptedProvider("cloud", { credentials: 2, calls: [failure, answer()] });
    const { ask, records } = fastGateway([cloud, new ScriptedProvider("lab")], ["cloud/m", "lab/m"]);
    expect((await ask()).headers).toMatchObject({ "x-millrace-target": "cloud/m", "x-millrace-attempts": "2" });
    expect(sent(cloud)).toEqual([0, 1]);
    expect(attemptsOf(records[0])).toEqual([`cloud failed ${failure.code}`, "cloud answered"]);
  });

  test("cools each of them by itself: the one that failed is not sent while it rests", async () => {
    const cloud = new ScriptedProvider("cloud", {
      credentials: 2,
      calls: [{ ...FAILED.rateLimit, retryAfterMs: 30_000 }, answer(), answer(), answer(), answer()],
    });
    const { ask, clock } = fastGateway([cloud], ["cloud/m"]);
    for (let count = 0; count < 3; count += 1) await ask();
    expect(sent(cloud)).toEqual([0, 1, 1, 1]);
    clock.advance(30_001);
    await ask();
    expect(sent(cloud).at(-1)).toBe(0);
  });

  test("is left when all of them are refused, and each was sent once", async () => {
    const cloud = new ScriptedProvider("cloud", { credentials: 3, calls: [FAILED.key, FAILED.key, FAILED.key] });
    const lab = new ScriptedProvider("lab", { calls: [answer(), answer()] });
    const { ask, records } = fastGateway([cloud, lab], ["cloud/m", "lab/m"]);
    expect((await ask()).headers["x-millrace-target"]).toBe("lab/m");
    expect(sent(cloud)).toEqual([0, 1, 2]);
    await ask();
    expect(records[1]?.attempts).toHaveLength(1);
    expect(records[1]?.excluded).toEqual([
      {
        target: "cloud/m",
        reason: "none of its 3 keys can be used; of the first to come back: its key is refused after auth",
      },
    ]);
  });

  test.each([
    ["a server that fails", FAILED.server],
    ["a server that has no room", failureOf("overloaded", "no slot")],
  ])("is not asked with another key for what is not the key's fault: %s", async (_, failure) => {
    const cloud = new ScriptedProvider("cloud", { credentials: 2, calls: [failure] });
    const lab = new ScriptedProvider("lab", { calls: [answer()] });
    const { ask } = fastGateway([cloud, lab], ["cloud/m", "lab/m"]);
    expect((await ask()).headers["x-millrace-target"]).toBe("lab/m");
    expect(sent(cloud)).toEqual([0]);
  });

  test("is not asked more often by one request than it has keys, though the first may be used again by then", async () => {
    const cloud = new ScriptedProvider("cloud", { credentials: 2 });
    const lab = new ScriptedProvider("lab", { calls: [answer()] });
    const { ask, clock } = fastGateway([cloud, lab], ["cloud/m", "lab/m"]);
    const slowly: CallScript = async () => {
      clock.advance(5_000);
      throw providerError(FAILED.rateLimit);
    };
    cloud.calls = [slowly, slowly];
    expect((await ask()).headers["x-millrace-target"]).toBe("lab/m");
    expect(sent(cloud)).toEqual([0, 1]);
  });

  test("is asked with the next key where the request wants no fail-over: it is the same target", async () => {
    const cloud = new ScriptedProvider("cloud", { credentials: 2, calls: [FAILED.rateLimit, answer()] });
    const { ask } = fastGateway([cloud, new ScriptedProvider("lab")], ["cloud/m", "lab/m"]);
    const client = await ask({ millrace: { failover: false } });
    expect(client.headers["x-millrace-target"]).toBe("cloud/m");
  });
});

test("a provider with one key is not asked twice for it", async () => {
  const cloud = new ScriptedProvider("cloud", { calls: [FAILED.rateLimit] });
  const lab = new ScriptedProvider("lab", { calls: [answer()] });
  const { ask } = fastGateway([cloud, lab], ["cloud/m", "lab/m"]);
  expect((await ask()).headers["x-millrace-target"]).toBe("lab/m");
  expect(cloud.forwarded).toHaveLength(1);
});
