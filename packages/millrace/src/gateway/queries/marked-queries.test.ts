import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { ScriptedProvider, whenAborted } from "../testing/scripted-provider.ts";
import { type TestGateway, testGateway } from "../testing/test-gateway.ts";

const TIMEOUT_MS = 2_000;

/** A gateway with one provider that lists its models, and one that does not get to it. */
function gateway(clock: FakeClock): TestGateway {
  const quick = new ScriptedProvider("quick", { models: ["m"] });
  const slow = new ScriptedProvider("slow", { models: ({ signal }) => whenAborted(signal) });
  return testGateway(clock, [quick, slow], { modelListTimeoutMs: TIMEOUT_MS });
}

const PATHS = ["/v1/models", "/v1/models/quick%2Fm", "/ready"];

async function isOverAfter(path: string, headers: Readonly<Record<string, string>>, ms: number): Promise<boolean> {
  const clock = new FakeClock();
  const { start } = gateway(clock);
  let over = false;
  const { client, done } = start({ method: "GET", path, headers });
  void done.then(() => (over = true));
  await turn();
  clock.advance(ms);
  await turn();
  const was = over;
  clock.advance(TIMEOUT_MS);
  await done;
  expect(client.text).toContain("quick");
  return was;
}

// Two gateways that ask each other for the first time would else wait for each other.
describe.each(PATHS)("GET %s for which a provider has to be asked", (path) => {
  test("waits half as long for another gateway, and tells what is known", async () => {
    expect(await isOverAfter(path, { "x-millrace-via": "another" }, TIMEOUT_MS / 2 - 1)).toBe(false);
    expect(await isOverAfter(path, { "x-millrace-via": "another" }, TIMEOUT_MS / 2)).toBe(true);
  });

  test("waits as long as it takes for anybody else", async () => {
    expect(await isOverAfter(path, {}, TIMEOUT_MS - 1)).toBe(false);
  });
});

test("another gateway is told at once where all answer at once", async () => {
  const clock = new FakeClock();
  const { call } = testGateway(clock, [new ScriptedProvider("quick", { models: ["m"] })]);
  const client = await call({ method: "GET", path: "/v1/models", headers: { "x-millrace-via": "another" } });
  expect(client.json).toMatchObject({ data: [{ id: "quick/m" }] });
  expect(clock.pending).toBe(0);
});
