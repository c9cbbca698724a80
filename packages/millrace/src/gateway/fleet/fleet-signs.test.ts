import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { Health, ModelInfo } from "../../model/model-info.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Target } from "../plan.ts";
import { modelInfo, ScriptedProvider } from "../testing/scripted-provider.ts";
import { Fleet } from "./fleet.ts";
import type { TargetCondition } from "./view.ts";

const REFUSED = failureOf("connection", "Nothing listens there.");
const SERVER_ERROR = failureOf("server", "", { upstream: { status: 500 } });
const LOADING = failureOf("loading", "", { upstream: { status: 503 } });

/** What can happen to a provider and one of its models, from outside. */
class Scene {
  readonly clock = new FakeClock();
  readonly fleet = new Fleet({ clock: this.clock, random: () => 0.5 });
  readonly provider = new ScriptedProvider("desk");
  readonly target: Target = { provider: this.provider, model: "m" };

  get condition(): TargetCondition {
    return this.fleet.view(this.target).condition;
  }

  health(state: Health["state"], failure?: Failure): this {
    const healthy = state === "up";
    this.fleet.healthSeen(this.provider, { healthy, state, latencyMs: 1, ...(failure && { failure }) });
    return this;
  }

  listed(state: ModelInfo["state"]): this {
    this.fleet.modelsSeen(this.provider, [modelInfo("desk", "m", { state })]);
    return this;
  }

  fails(failure: Failure, times = 1): this {
    for (let count = 0; count < times; count += 1) this.fleet.begin(this.target)?.failed(failure);
    return this;
  }

  answers(): this {
    this.fleet.begin(this.target)?.answered();
    return this;
  }

  asks(): this {
    this.fleet.begin(this.target);
    return this;
  }

  asksAndLeaves(): this {
    this.fleet.begin(this.target)?.left();
    return this;
  }

  after(ms: number): this {
    this.clock.advance(ms);
    return this;
  }
}

function scene(): Scene {
  return new Scene();
}

describe("a target is", () => {
  test.each<[TargetCondition, string, Scene]>([
    ["unknown", "before anybody asked", scene()],
    ["ready", "after an answer", scene().answers()],
    ["ready", "when its server is well", scene().health("up")],
    ["ready", "when its server lists it as ready", scene().listed("ready")],
    ["unknown", "when its server has not loaded it", scene().health("up").listed("unloaded")],
    ["loading", "when its server has not loaded it and is asked", scene().listed("unloaded").asks()],
    ["unknown", "when who asked has left", scene().listed("unloaded").asksAndLeaves()],
    ["ready", "when it answered since its server listed it as not loaded", scene().listed("unloaded").answers()],
    ["loading", "when it says so", scene().fails(LOADING)],
    ["loading", "when a health check says so", scene().health("loading")],
    ["ready", "when it answered since then", scene().health("loading").after(1).answers()],
    ["loading", "when the list says so", scene().listed("loading")],
    ["ready", "when it said so long ago, for what anybody knows", scene().fails(LOADING).after(60_000)],
    ["ready", "when it loaded, and answered since", scene().fails(LOADING).answers()],
    ["ready", "when it loaded, and its server is up since", scene().fails(LOADING).after(1).health("up")],
    ["loading", "when its server is up, and loads models by themselves", scene().listed("loading").health("up")],
    ["ready", "when it loaded, and is listed as ready since", scene().fails(LOADING).listed("ready")],
    ["failing", "after two errors in a row", scene().answers().fails(SERVER_ERROR, 2)],
    ["ready", "when they were a while ago", scene().answers().fails(SERVER_ERROR, 2).after(5000)],
    ["failing", "while failures keep it closed", scene().fails(SERVER_ERROR, 5)],
    ["ready", "when the time has come to try it again", scene().answers().fails(SERVER_ERROR, 5).after(1000)],
    ["failing", "when the list says so", scene().listed("failed")],
    [
      "failing",
      "when it loaded, and the list says since then that it failed",
      scene().health("loading").listed("failed"),
    ],
    [
      "loading",
      "when the list said that it failed, and it loads since",
      scene().listed("failed").after(1).health("loading"),
    ],
    ["failing", "when a health check says so", scene().health("failing")],
    ["ready", "when it answered since then", scene().health("failing").after(1).answers()],
    ["down", "when a health check says so", scene().answers().health("down", REFUSED)],
    ["down", "when two calls did not reach it", scene().fails(REFUSED, 2)],
    ["ready", "when it answered since then", scene().fails(REFUSED, 2).after(1).answers()],
    ["ready", "when a health check found it since", scene().health("down", REFUSED).after(1).health("up")],
    ["ready", "when its server wants another key of the one who looks", scene().health("auth_required")],
  ])("%s %s", (expected, _, { condition }) => {
    expect(condition).toBe(expected);
  });
});

describe("a health check", () => {
  test("closes nothing by what only concerns the route it asked (A4 row 32)", () => {
    const { fleet, target } = scene().answers().health("failing").health("auth_required").health("limited");
    expect(fleet.view(target).closed).toBeUndefined();
  });

  test("that finds nobody, five times in a row, closes the provider", () => {
    const seen = scene();
    for (let count = 0; count < 4; count += 1) seen.health("down", REFUSED);
    expect(seen.fleet.view(seen.target).closed).toBeUndefined();
    seen.health("down", REFUSED);
    expect(seen.fleet.view(seen.target).closed).toBeDefined();
  });

  test("that finds a closed provider well again lets a call try it at once (A4 row 28)", () => {
    const { clock, fleet, target } = scene().fails(REFUSED, 5).health("up");
    expect(clock.now()).toBe(0);
    expect(fleet.view(target).closed).toBeUndefined();
    expect(fleet.begin(target)).toBeDefined();
    expect(fleet.begin(target)).toBeUndefined();
  });

  test("that still finds nobody spares a request the trial", () => {
    const { fleet, target } = scene().fails(REFUSED, 5).after(1000).health("down", REFUSED);
    expect(fleet.view(target).closed).toBeDefined();
  });

  test("is asked for while the provider or one of its models is in trouble", () => {
    const isFailing = ({ fleet, provider }: Scene): boolean => fleet.isFailing(provider);
    expect(isFailing(scene().answers())).toBe(false);
    expect(isFailing(scene().fails(SERVER_ERROR, 5).after(60_000))).toBe(true);
    expect(isFailing(scene().fails(REFUSED, 5).after(60_000))).toBe(true);
    expect(isFailing(scene().health("down", REFUSED))).toBe(true);
  });
});

test("a start that was waited for lets all who waited in", () => {
  const { fleet, target } = scene().fails(REFUSED, 5);
  expect(fleet.begin(target)).toBeUndefined();
  fleet.startSeen(target);
  const calls = Array.from({ length: 50 }, () => fleet.begin(target)).filter((call) => call !== undefined);
  expect(calls).toHaveLength(50);
  expect(fleet.mayRetry(target)).toBe(true);
});

describe("the server's size", () => {
  test("is what the configuration says, else what the server tells; the room before it has as many places", () => {
    const { fleet, provider, target } = scene();
    fleet.loadSeen(provider, { slots: 4 });
    expect([fleet.view(target).slots, fleet.roomOf(provider).capacity]).toEqual([4, 4]);
    fleet.setSlots(provider, 2);
    expect([fleet.view(target).slots, fleet.roomOf(provider).capacity]).toEqual([2, 2]);
    fleet.setSlots(provider, undefined);
    expect([fleet.view(target).slots, fleet.roomOf(provider).capacity]).toEqual([4, 4]);
  });

  test("is kept through a look that told nothing, and forgotten after five minutes", () => {
    const seen = scene();
    seen.fleet.loadSeen(seen.provider, { slots: 4 });
    seen.after(60_000).fleet.loadSeen(seen.provider, undefined);
    expect(seen.fleet.view(seen.target).slots).toBe(4);
    seen.after(300_000).fleet.loadSeen(seen.provider, undefined);
    expect([seen.fleet.view(seen.target).slots, seen.fleet.roomOf(seen.provider).capacity]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("it is full when calls of ours take every slot, or those of others do", () => {
    const ours = scene().answers().asks().asks();
    ours.fleet.setSlots(ours.provider, 2);
    expect(ours.condition).toBe("full");
    const theirs = scene().answers().asks();
    theirs.fleet.loadSeen(theirs.provider, { slots: 4, running: 4, waiting: 3 });
    expect(theirs.fleet.view(theirs.target)).toMatchObject({
      condition: "full",
      inFlight: 1,
      serverInFlight: 4,
      waiting: 3,
    });
  });

  test("what it told of others is forgotten when it is old", () => {
    const { fleet, provider, target, clock } = scene().answers();
    fleet.loadSeen(provider, { slots: 4, running: 4, waiting: 3 });
    clock.advance(30_001);
    expect(fleet.view(target)).toMatchObject({ condition: "ready", serverInFlight: 0, waiting: 0 });
  });

  test("what it has in memory shows which model a call would load", () => {
    const seen = scene().listed("ready").answers();
    seen.fleet.loadSeen(seen.provider, { loaded: ["other"] });
    expect(seen.condition).toBe("unknown");
    seen.asks();
    expect(seen.condition).toBe("loading");
    seen.fleet.loadSeen(seen.provider, { loaded: ["m", "other"] });
    expect(seen.condition).toBe("ready");
  });
});
