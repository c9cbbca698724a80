import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { FailureKind } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Listing } from "../catalog.ts";
import type { ProviderView } from "../fleet/fleet.ts";
import type { TargetCondition } from "../fleet/view.ts";
import { fleetOf, type Views } from "../routing/testing/live.ts";
import { planOf } from "../testing/plan.ts";
import { modelInfo, ScriptedProvider } from "../testing/scripted-provider.ts";
import { type ProviderState, providerState } from "./provider-state.ts";

interface Seen {
  readonly view?: Partial<ProviderView>;
  readonly models?: Views;
  readonly listing?: Partial<Listing>;
}

const NOW_MS = 90_000;

function told({ view = {}, models = {}, listing = {} }: Seen): ProviderState {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  clock.advance(NOW_MS);
  const desk = new ScriptedProvider("desk");
  const fleet = {
    ...fleetOf(models),
    provider: (): ProviderView => ({
      condition: "ready",
      inFlight: 0,
      slots: undefined,
      waiting: 0,
      closed: undefined,
      keys: [undefined],
      ...view,
    }),
  };
  const known = { provider: "desk", models: [modelInfo("desk", "a"), modelInfo("desk", "b")], ...listing };
  return providerState(desk, known, planOf([desk], { models: { fast: ["desk/c"] } }), { fleet, clock });
}

const closed = { untilMs: NOW_MS + 30_000, reason: "5 failures in a row" };
const shown = { reason: "5 failures in a row", until: "2026-01-01T00:02:00.000Z" };

test("a provider that is well says so in few words", () => {
  expect(told({})).toEqual({ name: "desk", ready: true, condition: "ready", models: 2 });
});

describe("a provider serves", () => {
  test.each<[TargetCondition, boolean]>([
    ["ready", true],
    ["full", true],
    ["loading", false],
    ["failing", false],
    ["down", false],
  ])("%s: %s", (condition, isReady) => {
    expect(told({ view: { condition } })).toMatchObject({ ready: isReady, condition });
  });

  test.each<[FailureKind, TargetCondition]>([
    ["connection", "down"],
    ["timeout", "down"],
    ["loading", "loading"],
    ["auth", "failing"],
    ["route_not_found", "ready"],
    ["rate_limit", "ready"],
  ])("when all that is known is that its list failed with %s: %s", (kind, condition) => {
    const failure = failureOf(kind, "It is as it is.");
    expect(told({ view: { condition: "unknown" }, listing: { failure } })).toMatchObject({
      ready: condition === "ready",
      condition,
      error: { code: failure.code, message: "It is as it is." },
    });
  });

  test("not while something keeps all requests away, and says what and until when", () => {
    expect(told({ view: { closed } })).toMatchObject({ ready: false, condition: "ready", closed: shown });
  });
});

test("what no time ends has no end", () => {
  expect(told({ view: { closed: { untilMs: Infinity, reason: "its key is refused" } } })).toMatchObject({
    closed: { reason: "its key is refused", until: null },
  });
});

test("load is told as far as there is any", () => {
  expect(told({ view: { inFlight: 3, slots: 4, waiting: 2 } })).toMatchObject({ in_flight: 3, slots: 4, waiting: 2 });
});

test("of several keys those that cannot be used are told by their place", () => {
  expect(told({ view: { keys: [undefined, closed] } })).toMatchObject({
    ready: true,
    keys: 2,
    closed_keys: [{ key: 2, ...shown }],
  });
});

describe("a model that is closed alone", () => {
  test("is told, whether the server lists it or the configuration names it", () => {
    const state = told({ models: { "desk/b": { closed }, "desk/c": { closed } } });
    expect(state).toMatchObject({
      ready: true,
      closed_models: [
        { model: "b", ...shown },
        { model: "c", ...shown },
      ],
    });
  });

  test("is not told again when its provider is closed", () => {
    expect(told({ view: { closed }, models: { "desk/a": { closed } } })).not.toHaveProperty("closed_models");
  });

  test("is one of twenty that are told, and of all that are counted", () => {
    const models = Array.from({ length: 30 }, (_, at) => modelInfo("desk", `m${at}`));
    const views = Object.fromEntries(models.map(({ id }) => [`desk/${id}`, { closed }]));
    const state = told({ models: views, listing: { models } });
    expect(state["closed_models"]).toHaveLength(20);
    expect(state["closed_models_count"]).toBe(30);
  });
});
