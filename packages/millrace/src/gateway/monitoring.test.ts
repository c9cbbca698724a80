import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import type { Health } from "../model/model-info.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { planOf } from "./testing/plan.ts";
import { ScriptedProvider } from "./testing/scripted-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";

const REFUSED = failureOf("connection", "desk refused the connection.");
const DOWN: Health = { healthy: false, state: "down", latencyMs: 1, failure: REFUSED };
const UP: Health = { healthy: true, state: "up", latencyMs: 1 };
const PROBE_MS = 5_000;
/** The longest time between two looks at a server that is not well. */
const LOOK_MS = 1.2 * PROBE_MS;

function setUp(probeMs = PROBE_MS) {
  const clock = new FakeClock();
  const desk = new ScriptedProvider("desk", { models: REFUSED });
  desk.health = DOWN;
  const { gateway, call } = testGateway(clock, [desk], { probeMs });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(left, 500));
      await turn();
    }
  };
  const get = async (path: string): Promise<unknown> => (await call({ method: "GET", path })).json;
  return { clock, desk, gateway, get, pass };
}

test("A4 28: a server that comes back is known with its models within one look, though nobody asks for them", async () => {
  const { desk, get, pass, gateway } = setUp();
  await get("/v1/models");
  await pass(LOOK_MS);
  expect(await get("/ready")).toMatchObject({ status: "no_provider_answers", providers: [{ condition: "down" }] });
  desk.health = UP;
  desk.models = ["qwen3"];
  desk.load = { slots: 4 };
  await pass(LOOK_MS);
  expect(gateway.catalog.latest.listings[0]?.models.map(({ id }) => id)).toEqual(["qwen3"]);
  expect(await get("/ready")).toMatchObject({ status: "ready", providers: [{ condition: "ready", slots: 4 }] });
});

test("a list that is given tells the fleet what its server has, and the list of models shows it", async () => {
  const { desk, get, pass } = setUp();
  desk.models = ["qwen3"];
  desk.health = { ...DOWN, state: "loading", failure: failureOf("loading", "It loads its model.") };
  await pass(LOOK_MS);
  expect(await get("/v1/models")).toMatchObject({ data: [{ id: "desk/qwen3", state: "loading" }] });
  desk.health = UP;
  await pass(LOOK_MS);
  expect(await get("/v1/models")).toMatchObject({ data: [{ id: "desk/qwen3", state: "ready" }] });
});

test("another plan is looked at from then on, and what stays keeps its list", async () => {
  const { desk, gateway, pass } = setUp(0);
  desk.models = ["qwen3"];
  await gateway.catalog.list();
  await pass(2 * LOOK_MS);
  expect(desk.healthCalls).toBe(0);
  void gateway.usePlan(planOf([desk], { probeMs: PROBE_MS }));
  expect(gateway.catalog.latest.listings[0]?.models.map(({ id }) => id)).toEqual(["qwen3"]);
  await pass(LOOK_MS);
  expect(desk.healthCalls).toBeGreaterThan(0);
});

test("draining ends it", async () => {
  const { clock, desk, gateway, pass } = setUp();
  await pass(LOOK_MS);
  await gateway.drain();
  const before = desk.healthCalls;
  await pass(4 * LOOK_MS);
  expect(desk.healthCalls).toBe(before);
  expect(clock.pending).toBe(0);
});
