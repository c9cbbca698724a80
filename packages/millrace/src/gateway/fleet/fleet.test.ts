import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { Failure, FailureKind } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Target } from "../plan.ts";
import { modelInfo, ScriptedProvider } from "../testing/scripted-provider.ts";
import { type Call, Fleet } from "./fleet.ts";

const SERVER_ERROR = failureOf("server", "It failed.", { upstream: { status: 500 } });
const REFUSED = failureOf("connection", "Nothing listens there.");
const LIMITED = failureOf("rate_limit", "Too many.", { retryAfterMs: 5000, upstream: { status: 429 } });

/** A fleet at 1000 ms, and a provider with two models. */
function setUp(credentials = 1): {
  readonly clock: FakeClock;
  readonly fleet: Fleet;
  readonly target: Target;
  readonly sibling: Target;
  readonly end: (outcome: Failure | "answered" | "left", of?: Target) => Call | undefined;
} {
  const clock = new FakeClock();
  clock.advance(1000);
  const fleet = new Fleet({ clock, random: () => 0.5 });
  const provider = new ScriptedProvider("desk", { credentials });
  const target = { provider, model: "m" };
  const end = (outcome: Failure | "answered" | "left", of: Target = target): Call | undefined => {
    const call = fleet.begin(of);
    if (outcome === "answered") call?.answered();
    else if (outcome === "left") call?.left();
    else call?.failed(outcome);
    return call;
  };
  return { clock, fleet, target, sibling: { provider, model: "other" }, end };
}

test("what nobody has asked is unknown, open, and takes no memory", () => {
  const { fleet, target } = setUp();
  expect(fleet.view(target)).toEqual({
    condition: "unknown",
    inFlight: 0,
    serverInFlight: 0,
    slots: undefined,
    waiting: 0,
    firstContentMs: undefined,
    firstContentP95Ms: undefined,
    successShare: 1,
    closed: undefined,
  });
});

describe("calls in flight", () => {
  test("count from the moment they begin, for their target and for its server (A4 row 22)", () => {
    const { fleet, sibling, target } = setUp();
    fleet.begin(target);
    fleet.begin(target);
    fleet.begin(sibling);
    expect(fleet.view(target)).toMatchObject({ inFlight: 2, serverInFlight: 3 });
    expect(fleet.view(sibling)).toMatchObject({ inFlight: 1, serverInFlight: 3 });
    expect(fleet.inUse(target.provider)).toBe(true);
  });

  test.each<[string, (call: Call) => void]>([
    ["answered", (call) => call.answered()],
    ["failed", (call) => call.failed(SERVER_ERROR)],
    ["failed with what is nobody's fault", (call) => call.failed(failureOf("bad_request", ""))],
    ["left", (call) => call.left()],
    ["failed after content", (call) => (call.firstContent(), call.failed({ ...SERVER_ERROR, partial: true }))],
  ])("end once with the first ending: %s (A4 row 26)", (_, ending) => {
    const { fleet, target } = setUp();
    const call = fleet.begin(target);
    const other = fleet.begin(target);
    if (call === undefined) throw new Error("The target is closed");
    ending(call);
    const { closed, condition, firstContentMs, successShare } = fleet.view(target);
    call.left();
    call.firstContent();
    call.failed(REFUSED);
    call.answered();
    expect(fleet.view(target)).toMatchObject({ inFlight: 1, closed, condition, firstContentMs, successShare });
    other?.answered();
    expect(fleet.view(target)).toMatchObject({ inFlight: 0, serverInFlight: 0 });
    expect(fleet.inUse(target.provider)).toBe(false);
  });

  test("are counted for retries as for others (A4 row 26)", () => {
    const { fleet, target } = setUp();
    fleet.begin(target, { retry: true })?.failed(SERVER_ERROR);
    fleet.begin(target, { retry: true })?.left();
    expect(fleet.view(target).inFlight).toBe(0);
  });
});

describe("time to first content", () => {
  test("is from the call's beginning to its first content, once", () => {
    const { clock, fleet, target } = setUp();
    const call = fleet.begin(target);
    clock.advance(300);
    call?.firstContent();
    clock.advance(5000);
    call?.firstContent();
    call?.answered();
    expect(fleet.view(target).firstContentMs).toBeLessThanOrEqual(300);
  });

  test("a slow success is a success", () => {
    const { clock, fleet, target } = setUp();
    for (let count = 0; count < 50; count += 1) {
      const call = fleet.begin(target);
      clock.advance(120_000);
      call?.answered();
    }
    expect(fleet.view(target)).toMatchObject({ closed: undefined, condition: "ready", successShare: 1 });
  });

  test("a call that was outrun shows how long it had been waited for", () => {
    const { clock, fleet, target } = setUp();
    const quick = fleet.begin(target);
    clock.advance(100);
    quick?.firstContent();
    const slow = fleet.begin(target);
    clock.advance(4000);
    slow?.left();
    expect(fleet.view(target)).toMatchObject({ firstContentMs: 4000, successShare: 1 });
  });
});

describe("failures of a target", () => {
  test.each<[string, Failure]>([
    ["errors", SERVER_ERROR],
    ["overload", failureOf("overloaded", "")],
    ["replies that broke off", failureOf("truncated", "", { partial: true })],
    ["time that ran out", failureOf("timeout", "", { timeoutPhase: "first_content" })],
    ["nonsense", failureOf("protocol", "")],
  ])("five in a row close it, and it alone: %s", (_, failure) => {
    const { end, fleet, sibling, target } = setUp();
    for (let count = 0; count < 5; count += 1) end(failure);
    expect(fleet.view(target).closed?.reason).toMatch(/^5 failures in a row/u);
    expect(fleet.view(target).condition).toBe("failing");
    expect(fleet.begin(target)).toBeUndefined();
    expect(fleet.view(sibling).closed).toBeUndefined();
    expect(fleet.isFailing(target.provider)).toBe(true);
  });

  test("one that asks for time is given it", () => {
    const { end, fleet, target } = setUp();
    end({ ...SERVER_ERROR, retryAfterMs: 3000 });
    expect(fleet.view(target).closed).toMatchObject({ untilMs: 4000, kind: "server" });
  });

  test("count in the share of those that were answered", () => {
    const { end, fleet, target } = setUp();
    for (const outcome of ["answered", "answered", "answered", SERVER_ERROR] as const) end(outcome);
    expect(fleet.view(target).successShare).toBe(0.75);
  });

  test("one alone changes no condition", () => {
    const { end, fleet, target } = setUp();
    end("answered");
    end(SERVER_ERROR);
    expect(fleet.view(target).condition).toBe("ready");
    end(SERVER_ERROR);
    expect(fleet.view(target).condition).toBe("failing");
  });
});

describe("failures of a provider", () => {
  test("five in a row close all of its targets, whichever were asked", () => {
    const { end, fleet, sibling, target } = setUp();
    for (const of of [target, sibling, target, sibling, target]) end(REFUSED, of);
    for (const of of [target, sibling, { ...target, model: "never asked" }]) {
      expect(fleet.view(of)).toMatchObject({ condition: "down", closed: { untilMs: 2000 } });
    }
    expect(fleet.provider(target.provider)).toMatchObject({ condition: "down", closed: { untilMs: 2000 } });
  });

  test("an error of one model shows that the server is there", () => {
    const { end, fleet, sibling, target } = setUp();
    for (const of of [target, target, target, target]) end(REFUSED, of);
    end(SERVER_ERROR, sibling);
    end(REFUSED);
    expect(fleet.view(target).closed).toBeUndefined();
  });

  test("the closure that lasts longest is told", () => {
    const { end, fleet, target } = setUp();
    for (let count = 0; count < 4; count += 1) end(REFUSED);
    end({ ...SERVER_ERROR, retryAfterMs: 60_000 });
    expect(fleet.view(target).closed?.untilMs).toBe(61_000);
  });
});

describe("what is nobody's ill health", () => {
  test.each<FailureKind>([
    "bad_request",
    "content_filter",
    "context_overflow",
    "unsupported",
    "route_not_found",
    "cancelled",
  ])("%s, however often (A4 row 32)", (kind) => {
    const { end, fleet, target } = setUp();
    end("answered");
    const { provider, model } = target;
    for (let count = 0; count < 50; count += 1) end(failureOf(kind, "", { upstream: { status: 404 } }));
    expect(fleet.view({ provider, model })).toMatchObject({ closed: undefined, condition: "ready", successShare: 1 });
    expect(fleet.isFailing(provider)).toBe(false);
  });

  test("a failure of the gateway itself", () => {
    const { end, fleet, target } = setUp();
    for (let count = 0; count < 9; count += 1) end({ ...REFUSED, fault: "gateway" });
    expect(fleet.view(target)).toMatchObject({ closed: undefined, successShare: 1 });
  });
});

describe("a model that the server does not have", () => {
  const MISSING = failureOf("model_not_found", "", { upstream: { status: 404 } });

  test("is closed for a minute, and no other", () => {
    const { clock, end, fleet, sibling, target } = setUp();
    end(MISSING);
    expect(fleet.view(target).closed).toEqual({
      untilMs: 61_000,
      reason: "its server does not have the model after 404",
      kind: "model_not_found",
      soft: true,
    });
    expect(fleet.view(sibling).closed).toBeUndefined();
    clock.advance(60_000);
    expect(fleet.view(target).closed).toBeUndefined();
  });

  test("is open again as soon as the list shows it", () => {
    const { end, fleet, target } = setUp();
    end(MISSING);
    fleet.modelsSeen(target.provider, [modelInfo("desk", "other")]);
    expect(fleet.view(target).closed).toBeDefined();
    fleet.modelsSeen(target.provider, [modelInfo("desk", "m")]);
    expect(fleet.view(target).closed).toBeUndefined();
  });
});

describe("a target that is the only one of its name", () => {
  const alone = { alone: true };

  test.each([
    ["whose server did not have the model", failureOf("model_not_found", "", { upstream: { status: 404 } })],
    ["whose key was refused", failureOf("auth", "", { upstream: { status: 401 } })],
    ["whose account was empty", failureOf("quota", "", { upstream: { status: 402 } })],
    ["that was limited without a word of how long", failureOf("rate_limit", "", { upstream: { status: 429 } })],
  ])("%s is asked all the same", (_, failure) => {
    const { end, fleet, target } = setUp();
    end(failure);
    expect(fleet.view(target).closed?.soft).toBe(true);
    expect(fleet.begin(target)).toBeUndefined();
    expect(fleet.begin(target, alone)?.credential).toBe(0);
  });

  test("is not asked before the time that its server has named", () => {
    const { end, fleet, target } = setUp();
    end(LIMITED);
    expect(fleet.begin(target, alone)).toBeUndefined();
  });

  test("is not asked while it fails, but for a trial", () => {
    const { end, fleet, target } = setUp();
    for (let failures = 0; failures < 5; failures += 1) end(SERVER_ERROR);
    expect(fleet.begin(target, alone)).toBeUndefined();
  });

  test("is not asked with keys that are to rest, as long as one is only refused", () => {
    const { end, fleet, target } = setUp(2);
    end(LIMITED);
    end(failureOf("auth", "", { upstream: { status: 401 } }));
    expect(fleet.begin(target, alone)?.credential).toBe(1);
  });
});

describe("keys", () => {
  test("take turns", () => {
    const { end } = setUp(3);
    expect([1, 2, 3, 4].map(() => end("answered")?.credential)).toEqual([0, 1, 2, 0]);
  });

  test("one that is refused is left out for all models, the server is not blamed", () => {
    const { end, fleet, sibling, target } = setUp(2);
    end(failureOf("auth", "", { upstream: { status: 401 } }));
    expect(fleet.view(target)).toMatchObject({ closed: undefined, successShare: 1 });
    expect([1, 2].map(() => end("answered")?.credential)).toEqual([1, 1]);
    expect(end("answered", sibling)?.credential).toBe(1);
    expect(fleet.provider(target.provider).keys).toEqual([
      { untilMs: 61_000, reason: "its key is refused after 401", kind: "auth", soft: true },
      undefined,
    ]);
  });

  test("one that had enough of a model is left out for this model", () => {
    const { end, sibling } = setUp(2);
    end(LIMITED);
    expect(end("answered")?.credential).toBe(1);
    expect([1, 2].map(() => end("answered", sibling)?.credential)).toEqual([0, 1]);
  });

  test("when none is left, the target is closed until the first comes back", () => {
    const { clock, end, fleet, target } = setUp(2);
    end(failureOf("quota", "", { upstream: { status: 402 } }));
    clock.advance(1000);
    end(LIMITED);
    expect(fleet.view(target).closed).toEqual({
      untilMs: 7000,
      reason: "none of its 2 keys can be used; of the first to come back: cooling down after 429",
      kind: "rate_limit",
      soft: true,
    });
    expect(fleet.begin(target)).toBeUndefined();
    clock.advance(5000);
    expect(end("answered")?.credential).toBe(1);
  });

  test("a single one that cools down closes the target", () => {
    const { end, fleet, target } = setUp();
    end(LIMITED);
    expect(fleet.view(target).closed).toMatchObject({ untilMs: 6000, reason: "cooling down after 429" });
  });

  test("a refused one is tried again by one call at a time", () => {
    const { clock, end, fleet, target } = setUp();
    end(failureOf("auth", ""));
    clock.advance(60_000);
    const trial = fleet.begin(target);
    expect(trial).toBeDefined();
    expect(fleet.begin(target)).toBeUndefined();
    trial?.firstContent();
    expect(fleet.begin(target)).toBeDefined();
  });

  test.each<[string, (call: Call | undefined, headers: Readonly<Record<string, string>>) => void]>([
    ["at its first content", (call, headers) => call?.firstContent(headers)],
    ["by failing", (call, rateLimits) => call?.failed({ ...SERVER_ERROR, upstream: { rateLimits } })],
  ])("a reply that says nothing is left closes the target until the limit resets: %s", (_, reply) => {
    const { clock, fleet, target } = setUp();
    reply(fleet.begin(target), { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20s" });
    expect(fleet.view(target).closed).toMatchObject({ untilMs: 21_000, reason: "its rate limit is used up" });
    clock.advance(20_000);
    expect(fleet.view(target).closed).toBeUndefined();
  });

  test("what a reply says of limits is believed for a minute", () => {
    const { fleet, target } = setUp();
    fleet.begin(target)?.firstContent({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "86400" });
    expect(fleet.view(target).closed?.untilMs).toBe(61_000);
  });
});

describe("the trial of a target that was closed", () => {
  test("goes to one of many that were routed there at the same moment", () => {
    const { clock, end, fleet, target } = setUp();
    for (let count = 0; count < 5; count += 1) end(SERVER_ERROR);
    clock.advance(1000);
    expect(fleet.view(target)).toMatchObject({ closed: undefined, successShare: 1 });
    const calls = Array.from({ length: 20 }, () => fleet.begin(target)).filter((call) => call !== undefined);
    expect(calls).toHaveLength(1);
    expect(fleet.view(target).closed?.reason).toMatch(/^one call tries it again/u);
  });

  test("opens it bit by bit: what it cannot take yet shows as full, and passes only where there is nobody else", () => {
    const { clock, end, fleet, target } = setUp();
    for (let count = 0; count < 5; count += 1) end(SERVER_ERROR);
    clock.advance(1000);
    fleet.begin(target)?.firstContent();
    const calls = Array.from({ length: 20 }, () => fleet.begin(target)).filter((call) => call !== undefined);
    expect(calls).toHaveLength(2);
    expect(fleet.view(target)).toMatchObject({ closed: undefined, condition: "full" });
    expect(fleet.begin(target, { insist: true })).toBeDefined();
  });

  test("of a provider, whoever of its models is asked first", () => {
    const { clock, end, fleet, sibling, target } = setUp();
    for (let count = 0; count < 5; count += 1) end(REFUSED);
    clock.advance(1000);
    expect(fleet.begin(sibling)).toBeDefined();
    expect(fleet.begin(target)).toBeUndefined();
  });

  test("of a provider is passed by an error too: the server is there", () => {
    const { clock, end, fleet, sibling, target } = setUp();
    for (let count = 0; count < 5; count += 1) end(REFUSED);
    clock.advance(1000);
    end(SERVER_ERROR);
    expect(fleet.view(sibling)).toMatchObject({ closed: undefined, condition: "ready" });
    expect(fleet.provider(target.provider).closed).toBeUndefined();
  });

  test("is free for the next when it met a server that loads", () => {
    const { clock, end, fleet, target } = setUp();
    for (let count = 0; count < 5; count += 1) end(SERVER_ERROR);
    clock.advance(1000);
    end(failureOf("loading", ""));
    expect(fleet.view(target)).toMatchObject({ closed: undefined, condition: "loading" });
    expect(fleet.begin(target)).toBeDefined();
  });
});

describe("further attempts", () => {
  function attempts(outcome: Failure | "answered"): number {
    const { fleet, target } = setUp();
    let count = 0;
    for (; count < 500 && fleet.mayRetry(target); count += 1) {
      const call = fleet.begin(target, { retry: true, insist: true });
      if (outcome === "answered") call?.answered();
      else call?.failed(outcome);
    }
    return count;
  }

  test("are not limited at a target that answers: there they are load like any other", () => {
    expect(attempts("answered")).toBe(500);
  });

  test("are limited at a target that fails", () => {
    const { fleet, target } = setUp();
    const flaky = ["answered", "answered", "answered", SERVER_ERROR] as const;
    let count = 0;
    for (; count < 500 && fleet.mayRetry(target); count += 1) {
      const call = fleet.begin(target, { retry: true });
      const outcome = flaky[count % flaky.length] ?? "answered";
      if (outcome === "answered") call?.answered();
      else call?.failed(outcome);
    }
    expect(count).toBe(10);
  });

  test("are allowed at one that nobody has asked", () => {
    const { fleet, target } = setUp();
    expect(fleet.mayRetry(target)).toBe(true);
  });
});

test("state belongs to the provider object: another one of the same name starts anew", () => {
  const { end, fleet, target } = setUp();
  for (let count = 0; count < 5; count += 1) end(REFUSED);
  const reloaded = { provider: new ScriptedProvider("desk"), model: "m" };
  expect(fleet.view(reloaded).closed).toBeUndefined();
  expect(fleet.view(target).closed).toBeDefined();
});

test("models that clients make up push out what was unused for longest, and never what is in flight", () => {
  const { end, fleet, target } = setUp();
  const missing = failureOf("model_not_found", "");
  const madeUp = (count: number): Target => ({ ...target, model: `made up ${count}` });
  const call = fleet.begin(target);
  for (let count = 0; count < 2000; count += 1) {
    end(missing, madeUp(count));
  }
  const closed = Array.from({ length: 2000 }, (_, count) => count).filter((count) => fleet.view(madeUp(count)).closed);
  expect(closed).toHaveLength(511);
  expect(closed[0]).toBe(1489);
  expect(fleet.view(target).inFlight).toBe(1);
  call?.answered();
  expect(fleet.view(target)).toMatchObject({ inFlight: 0, serverInFlight: 0 });
});
