import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TargetCondition, TargetView } from "../fleet/view.ts";
import { targetName } from "../exchange.ts";
import type { ModelRoute, Plan, PriceList, Strategy } from "../plan.ts";
import { planOf } from "../testing/plan.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { AffinityIndex } from "./affinity-index.ts";
import { decideRoute } from "./decide.ts";
import type { LiveState } from "./live-state.ts";
import type { Preferences, RouteDecision, RouteQuestion } from "./question.ts";
import { STRATEGIES } from "./strategies/strategies.ts";
import { chanceFrom, liveWith } from "./testing/live.ts";
import type { Views } from "./testing/live.ts";

const names = ["desk", "lab", "attic", "cloud"];
const providers = names.map((name) => new ScriptedProvider(name, { local: name !== "cloud" }));
const catalog = { listings: [], owners: () => [] };

/** `fast`, in groups of names of targets. */
function planWith(
  tiers: readonly (readonly string[])[],
  more: Partial<ModelRoute> = {},
  of: Partial<Pick<Plan, "prices">> = {},
): Plan {
  const base = planOf(providers, of);
  const target = (name: string): ModelRoute["tiers"][0][0] => ({
    provider: base.providers.get(name.slice(0, name.indexOf("/")))!,
    model: name.slice(name.indexOf("/") + 1),
    weight: 1,
  });
  const route: ModelRoute = {
    name: "fast",
    tiers: tiers.map((tier) => tier.map(target)),
    strategy: "ordered",
    affinity: false,
    onContextOverflow: [],
    onRefusal: [],
    hedge: false,
    ...more,
  };
  return { ...base, models: new Map([["fast", route]]) };
}

function decide(plan: Plan, live: LiveState = liveWith(), more: Partial<RouteQuestion> = {}): RouteDecision {
  return decideRoute({ model: "fast", operation: "chat-completions", ...more }, plan, catalog, live);
}

const order = ({ candidates }: RouteDecision): string[] => candidates.map(targetName);
const left = ({ excluded }: RouteDecision): unknown[] => excluded.map((one) => [targetName(one), one.reason]);
const closed = (untilMs: number, reason = "cooling down after 429"): Partial<TargetView> => ({
  closed: { untilMs, reason },
});

describe("groups of equals", () => {
  test("go one after the other, whatever the strategy thinks of those behind", () => {
    const plan = planWith([["desk/q", "lab/q"], ["cloud/g"]], { strategy: "lowest-latency" });
    const live = liveWith({
      "desk/q": { firstContentMs: 900 },
      "lab/q": { firstContentMs: 800 },
      "cloud/g": { firstContentMs: 10 },
    });
    const decision = decide(plan, live);
    expect(order(decision)).toEqual(["lab/q", "desk/q", "cloud/g"]);
    expect(decision.candidates.map(({ reason }) => reason)).toEqual([
      "2 of 3 for fast; 800 ms to first content",
      "1 of 3 for fast; 900 ms to first content",
      "3 of 3 for fast",
    ]);
    expect(decision.candidates.map(({ score }) => score)).toEqual([800, 900, undefined]);
    expect(decision.route?.name).toBe("fast");
  });

  test.each(Object.keys(STRATEGIES) as Strategy[])(
    "under %s who has room goes before who is full, who loads and who is down",
    (strategy) => {
      const plan = planWith([["attic/q", "cloud/g", "lab/q", "desk/q"]], { strategy });
      const live = liveWith({
        "attic/q": { condition: "down", firstContentMs: 1 },
        "cloud/g": { condition: "loading", firstContentMs: 1 },
        "lab/q": { condition: "full", firstContentMs: 1 },
        "desk/q": { firstContentMs: 900, inFlight: 9, serverInFlight: 9 },
      });
      const decision = decide(plan, live);
      expect(order(decision)).toEqual(["desk/q", "lab/q", "cloud/g", "attic/q"]);
      expect(decision.candidates[1]?.reason).toMatch(/; full$/);
    },
  );

  test("round-robin takes one turn for a request, however many groups there are", () => {
    let turns = 0;
    const plan = planWith(
      [
        ["desk/a", "lab/a"],
        ["desk/b", "lab/b"],
      ],
      { strategy: "round-robin" },
    );
    const live = liveWith({}, { turn: (name) => (name === "fast" ? turns++ : -1) });
    expect(order(decide(plan, live))).toEqual(["desk/a", "lab/a", "desk/b", "lab/b"]);
    expect(order(decide(plan, live))).toEqual(["lab/a", "desk/a", "lab/b", "desk/b"]);
    expect(turns).toBe(2);
  });
});

describe("a target that is closed", () => {
  const plan = planWith([["desk/q"], ["lab/q"]]);

  test("is no candidate, and it is told why and until when", () => {
    const decision = decide(plan, liveWith({ "desk/q": closed(5000) }));
    expect(order(decision)).toEqual(["lab/q"]);
    expect(decision.excluded).toEqual([
      { provider: providers[0], model: "q", reason: "cooling down after 429", untilMs: 5000 },
    ]);
  });

  test("is a candidate again when that has ended", () => {
    expect(order(decide(plan, liveWith({ "desk/q": closed(1000) })))).toEqual(["desk/q", "lab/q"]);
  });

  test.each([
    ["rate_limit", 429],
    ["model_not_found", 404],
    ["server", 503],
  ] as const)("all of them closed for %s is %i", (kind, status) => {
    const views = {
      "desk/q": { closed: { untilMs: 5000, reason: "x", kind } },
      "lab/q": { closed: { untilMs: 6000, reason: "x", kind } },
    };
    expect(decide(plan, liveWith(views)).failure).toMatchObject({
      status,
      retryAfterMs: 4000,
    });
  });

  test("that only helps to choose keeps nobody away where there is nothing to choose", () => {
    const soft = { closed: { untilMs: 5000, reason: "x", soft: true } };
    expect(order(decide(planWith([["desk/q"]]), liveWith({ "desk/q": soft })))).toEqual(["desk/q"]);
    expect(order(decide(plan, liveWith({ "desk/q": soft, "lab/q": soft })))).toEqual([]);
  });

  test("all of them closed is 503, which lists them and says when to come back", () => {
    const views = { "desk/q": closed(5000.5), "lab/q": closed(Infinity, "its key was refused") };
    expect(decide(plan, liveWith(views)).failure).toMatchObject({
      kind: "overloaded",
      status: 503,
      code: "no_target_available",
      message: "No target of fast can answer now: desk/q: cooling down after 429; lab/q: its key was refused.",
      retryAfterMs: 4001,
      details: {
        targets: [
          { target: "desk/q", reason: "cooling down after 429", closed_for_ms: 4001 },
          { target: "lab/q", reason: "its key was refused" },
        ],
      },
    });
  });

  test.each([
    ["a second at least", 1001, 1000],
    ["a minute at most", 900_000, 60_000],
    ["a minute where nobody knows", Infinity, 60_000],
  ])("come back after %s", (_, untilMs, expected) => {
    const views = { "desk/q": closed(untilMs), "lab/q": closed(Infinity) };
    expect(decide(plan, liveWith(views)).failure?.retryAfterMs).toBe(expected);
  });

  test("a long list of them is cut after ten", () => {
    const many = Array.from({ length: 14 }, (_, at) => `desk/m${at}`);
    const views = Object.fromEntries(many.map((name) => [name, closed(9000, "down")]));
    const { failure } = decide(planWith([many]), liveWith(views));
    expect(failure?.message).toMatch(/desk\/m9: down and 4 more\.$/);
    expect(failure?.details?.["targets"]).toHaveLength(10);
  });

  test("holds for one that was named, too", () => {
    const decision = decide(plan, liveWith({ "desk/q": closed(5000) }), { model: "desk/q" });
    expect(decision.failure).toMatchObject({ code: "no_target_available", retryAfterMs: 4000 });
  });
});

describe("preferences", () => {
  const prices = new Map<string, PriceList>([
    ["cloud", [{ models: "*", price: { inputUsd: 3, outputUsd: 15 } }]],
    ["lab", [{ models: "*", price: { inputUsd: 0, outputUsd: 0 } }]],
  ]);
  const plan = planWith(
    [
      ["desk/q", "lab/q"],
      ["cloud/g", "cloud/mini"],
    ],
    {},
    { prices },
  );
  const wish = (preferences: Preferences): RouteDecision => decide(plan, liveWith(), { preferences });

  test.each<[string, Preferences, readonly string[]]>([
    ["only a provider", { only: ["cloud"] }, ["cloud/g", "cloud/mini"]],
    ["only a target", { only: ["cloud/mini", "lab/*"] }, ["lab/q", "cloud/mini"]],
    ["a pattern of providers", { only: ["*a*"] }, ["lab/q"]],
    ["a pattern of targets", { only: ["*/q"] }, ["desk/q", "lab/q"]],
    ["ignore", { ignore: ["desk", "cloud/g"] }, ["lab/q", "cloud/mini"]],
    ["ignore goes against only", { only: ["cloud"], ignore: ["cloud/g"] }, ["cloud/mini"]],
    ["local", { local: true }, ["desk/q", "lab/q"]],
    ["not local is no wish", { local: false }, ["desk/q", "lab/q", "cloud/g", "cloud/mini"]],
    ["price of input", { maxPrice: { inputUsd: 2.99 } }, ["lab/q"]],
    ["price of output", { maxPrice: { inputUsd: 3, outputUsd: 15 } }, ["lab/q", "cloud/g", "cloud/mini"]],
    ["order", { order: ["cloud/mini", "lab"] }, ["cloud/mini", "lab/q", "desk/q", "cloud/g"]],
    ["an order of one's own groups", { order: ["cloud"] }, ["cloud/g", "cloud/mini", "desk/q", "lab/q"]],
    ["an order that names nobody", { order: ["x", "x/*"] }, ["desk/q", "lab/q", "cloud/g", "cloud/mini"]],
    ["no fail-over", { failover: false }, ["desk/q"]],
    ["no fail-over from who was asked for first", { failover: false, order: ["cloud"] }, ["cloud/g"]],
    ["fail-over", { failover: true }, ["desk/q", "lab/q", "cloud/g", "cloud/mini"]],
  ])("%s", (_, preferences, expected) => {
    expect(order(wish(preferences))).toEqual(expected);
  });

  test("say why others are not asked", () => {
    expect(left(wish({ only: ["*a*", "cloud"], ignore: ["lab/*"], maxPrice: { outputUsd: 10 } }))).toEqual([
      ["desk/q", "not among `only`"],
      ["lab/q", "ignored by `lab/*`"],
      ["cloud/g", "$15 for a million tokens of output is over the limit of $10"],
      ["cloud/mini", "$15 for a million tokens of output is over the limit of $10"],
    ]);
    expect(left(wish({ local: true, maxPrice: { inputUsd: 10 } }))).toEqual([
      ["desk/q", "its price is not known"],
      ["cloud/g", "not a local server"],
      ["cloud/mini", "not a local server"],
    ]);
    expect(left(wish({ failover: false, only: ["desk", "lab"] }))).toEqual([
      ["cloud/g", "not among `only`"],
      ["cloud/mini", "not among `only`"],
      ["lab/q", "the request wants no fail-over"],
    ]);
  });

  test("say why somebody goes first", () => {
    expect(wish({ order: ["lab"] }).candidates.map(({ reason }) => reason)).toEqual([
      "2 of 4 for fast; in the order of the configuration; asked for first",
      "1 of 4 for fast; in the order of the configuration",
      "3 of 4 for fast; in the order of the configuration",
      "4 of 4 for fast; in the order of the configuration",
    ]);
  });

  test("that leave nobody are 400", () => {
    expect(wish({ only: ["nobody"] }).failure).toMatchObject({
      kind: "bad_request",
      status: 400,
      code: "no_target_allowed",
      message:
        "The request leaves no target of fast: desk/q: not among `only`; lab/q: not among `only`; cloud/g: not among `only`; cloud/mini: not among `only`.",
    });
  });

  test("that leave only closed ones are 503: it may pass", () => {
    const decision = decide(plan, liveWith({ "lab/q": closed(3000) }), { preferences: { only: ["lab"] } });
    expect(decision.failure).toMatchObject({ status: 503, code: "no_target_available" });
  });
});

describe("a conversation", () => {
  const plan = planWith([["desk/q", "lab/q", "attic/q"], ["cloud/g"]], { strategy: "adaptive", affinity: true });

  function held(by: string): AffinityIndex {
    const index = new AffinityIndex();
    index.set("fast", "c1", by);
    return index;
  }

  test("stays with its target, though another is quicker", () => {
    const live = liveWith(
      { "desk/q": { firstContentMs: 10 }, "attic/q": { firstContentMs: 90 } },
      { affinity: held("attic/q") },
    );
    const decision = decide(plan, live, { sessionKey: "c1" });
    expect(order(decision)[0]).toBe("attic/q");
    expect(decision.affine).toBe(true);
    expect(decision.candidates[0]?.reason).toMatch(/; holds the conversation$/);
  });

  test.each<[string, Partial<RouteQuestion>, Views, Partial<ModelRoute>]>([
    ["without a key", {}, {}, {}],
    ["of another model", { model: "desk/q", sessionKey: "c1" }, {}, {}],
    ["where the model wants no affinity", { sessionKey: "c1" }, {}, { affinity: false }],
    ["whose target is closed", { sessionKey: "c1" }, { "attic/q": closed(2000) }, {}],
    ["whose target is overloaded", { sessionKey: "c1" }, { "attic/q": { serverInFlight: 9 } }, {}],
    ["whose request asks for somebody else", { sessionKey: "c1", preferences: { order: ["desk"] } }, {}, {}],
    ["whose request does not want it", { sessionKey: "c1", preferences: { ignore: ["attic"] } }, {}, {}],
  ])("does not %s", (_, question, views, more) => {
    const staying = planWith([["desk/q", "lab/q", "attic/q"]], { strategy: "least-busy", affinity: true, ...more });
    const live = liveWith({ "attic/q": { serverInFlight: 1 }, ...views }, { affinity: held("attic/q") });
    const decision = decide(staying, live, question);
    expect(order(decision)[0]).not.toBe("attic/q");
    expect(decision.affine).toBeUndefined();
  });

  test("that moved on to a later group does not stay there", () => {
    const decision = decide(plan, liveWith({}, { affinity: held("cloud/g") }), { sessionKey: "c1" });
    expect(order(decision)).toHaveLength(4);
    expect(order(decision)[3]).toBe("cloud/g");
    expect(decision.affine).toBeUndefined();
  });

  test("that is new goes to the same target from everywhere, and all of them to all", () => {
    const timed = { firstContentMs: 50 };
    const views = { "desk/q": timed, "lab/q": timed, "attic/q": timed };
    const counts: Record<string, number> = {};
    for (let at = 0; at < 300; at += 1) {
      const question = { sessionKey: `conversation ${at}` };
      const [head = ""] = order(decide(plan, liveWith(views, { random: () => 0.1 }), question));
      expect(order(decide(plan, liveWith(views, { random: () => 0.9 }), question))[0]).toBe(head);
      counts[head] = (counts[head] ?? 0) + 1;
    }
    expect(Object.keys(counts).toSorted()).toEqual(["attic/q", "desk/q", "lab/q"]);
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(70);
  });

  // A cache miss goes to the least loaded (sgl-project/sglang#14532), also when one key stands for very many requests.
  test("that is new does not go to a target that is far busier than another", () => {
    const busy = { firstContentMs: 50, serverInFlight: 6 };
    const live = liveWith({ "desk/q": busy, "lab/q": { firstContentMs: 50 }, "attic/q": busy });
    const heads = Array.from({ length: 50 }, (_, at) => order(decide(plan, live, { sessionKey: `c${at}` }))[0]);
    expect(new Set(heads)).toEqual(new Set(["lab/q"]));
  });
});

const anyView: fc.Arbitrary<Partial<TargetView>> = fc.record(
  {
    condition: fc.constantFrom<TargetCondition>("unknown", "loading", "ready", "full", "failing", "down"),
    inFlight: fc.nat(20),
    serverInFlight: fc.nat(20),
    slots: fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
    waiting: fc.nat(5),
    firstContentMs: fc.option(fc.nat(5000), { nil: undefined }),
    successShare: fc.double({ min: 0, max: 1, noNaN: true }),
    closed: fc.option(fc.record({ untilMs: fc.constantFrom(0, 1000, 1001, Infinity), reason: fc.constant("closed") }), {
      nil: undefined,
    }),
  },
  { requiredKeys: [] },
);
const anyNames = fc.array(fc.constantFrom("desk", "lab/*", "*/b", "cloud", "attic/a", "*"), { maxLength: 3 });
const anyWish: fc.Arbitrary<Preferences> = fc.record(
  { order: anyNames, only: anyNames, ignore: anyNames, local: fc.boolean(), failover: fc.boolean() },
  { requiredKeys: [] },
);
const allTargets = names.flatMap((name) => ["a", "b", "c"].map((model) => `${name}/${model}`));

test("every target of a name is a candidate or excluded, once, and the same chance gives the same order", () => {
  fc.assert(
    fc.property(
      fc.record({
        tiers: fc.array(fc.shuffledSubarray(allTargets), { maxLength: 3 }),
        strategy: fc.constantFrom(...(Object.keys(STRATEGIES) as Strategy[])),
        views: fc.dictionary(fc.constantFrom(...allTargets), anyView),
        preferences: fc.option(anyWish, { nil: undefined }),
        holder: fc.constantFrom(...allTargets),
        sessionKey: fc.constantFrom(undefined, "c1", "c2"),
        seed: fc.nat(),
      }),
      ({ tiers, strategy, views, preferences, holder, sessionKey, seed }) => {
        const plan = planWith(tiers, { strategy, affinity: true });
        const affinity = new AffinityIndex();
        affinity.set("fast", "c1", holder);
        const run = (): RouteDecision =>
          decide(plan, liveWith(views, { affinity, random: chanceFrom(seed), turn: () => seed }), {
            preferences,
            sessionKey,
          });
        const decision = run();
        const seen = [...decision.candidates, ...decision.excluded].map(targetName);
        expect(seen.toSorted()).toEqual(tiers.flat().toSorted());
        expect(order(run())).toEqual(order(decision));
        expect(decision.failure === undefined).toBe(decision.candidates.length > 0);
        expect(decision.affine === true && order(decision)[0] !== holder).toBe(false);
        for (const { reason } of [...decision.candidates, ...decision.excluded]) expect(reason).not.toBe("");
      },
    ),
    { numRuns: 500 },
  );
});
