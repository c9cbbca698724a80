import { describe, expect, test } from "vitest";
import { targetName } from "../exchange.ts";
import type { ModelRoute, Plan, Target } from "../plan.ts";
import { planOf } from "../testing/plan.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { findTargets, needsCatalog, staysWith } from "./names.ts";

const providers = [new ScriptedProvider("desk"), new ScriptedProvider("cloud")];
const plan = planOf(providers, {
  models: {
    "*-mini": ["desk/any-mini"],
    "gpt-*": ["cloud/gpt-*"],
    "gpt-5*": ["cloud/five"],
    "gpt-*-high": ["cloud/never"],
    "gpt-4": ["desk/four"],
    "openai/*": ["cloud/*", "desk/fixed"],
    "cl*": ["desk/swallowed"],
    "a-*-a": ["desk/a"],
    "$-*": ["cloud/a-*-$&"],
  },
});

/** Nobody lists anything. */
const catalog = { listings: [], owners: () => [] };

function targets(name: string, of: Plan = plan): readonly string[] | undefined {
  const found = findTargets({ model: name, operation: "completions" }, of, catalog);
  return "failure" in found ? undefined : found.tiers.flat().map(targetName);
}

describe("a pattern", () => {
  test.each([
    ["hands the run on", "gpt-x", ["cloud/gpt-x"]],
    ["stands for no character too", "gpt-", ["cloud/gpt-"]],
    ["with the longest beginning goes first", "gpt-5-turbo", ["cloud/five"]],
    ["with a longer beginning goes before one with a longer end", "gpt-x-mini", ["cloud/gpt-x-mini"]],
    ["that begins alike goes first where it was written first", "gpt-x-high", ["cloud/gpt-x-high"]],
    ["may begin with its star", "phi-mini", ["desk/any-mini"]],
    ["does not take what is named exactly", "gpt-4", ["desk/four"]],
    ["stands for names with a slash when no provider is called so", "openai/gpt-5", ["cloud/gpt-5", "desk/fixed"]],
    ["does not take a provider's models", "cloud/gpt-x", ["cloud/gpt-x"]],
    ["takes what only begins like a provider", "cloudy", ["desk/swallowed"]],
    ["takes its run as it is", "$-$1", ["cloud/a-$1-$&"]],
    ["is no name by itself", "gpt-*", ["cloud/gpt-*"]],
    ["does not fit what lacks its end", "phi-max", undefined],
    ["does not fit where beginning and end would overlap", "a-a", undefined],
  ])("%s: %s", (_, name, expected) => {
    expect(targets(name)).toEqual(expected);
  });

  test("fills in the targets that are kept for a failure, too", () => {
    const [desk, cloud] = providers;
    const kept: Target[] = [{ provider: cloud!, model: "long-*" }];
    const route: ModelRoute = {
      ...plan.models.get("gpt-*")!,
      tiers: [[{ provider: desk!, model: "*", weight: 1 }]],
      onContextOverflow: kept,
      onRefusal: kept,
    };
    const found = findTargets(
      { model: "gpt-x", operation: "completions" },
      { ...plan, models: new Map([[route.name, route]]) },
      catalog,
    );
    const resolved = "failure" in found ? undefined : found.route;
    expect(resolved?.tiers.flat().map(targetName)).toEqual(["desk/x"]);
    expect(resolved?.onContextOverflow.map(targetName)).toEqual(["cloud/long-x"]);
    expect(resolved?.onRefusal.map(targetName)).toEqual(["cloud/long-x"]);
  });

  test.each([
    ["gpt-x", false],
    ["cloud/gpt-x", false],
    ["unheard-of", true],
  ])("%s needs the providers' lists: %s", (name, needed) => {
    expect(needsCatalog(name, plan)).toBe(needed);
  });

  test("a bare id goes behind the patterns", () => {
    const [desk] = providers;
    const owned = { listings: [], owners: (model: string) => [{ provider: desk!, model }] };
    const found = findTargets({ model: "gpt-x", operation: "completions" }, plan, owned);
    expect("failure" in found || found.tiers.flat().map(targetName)).toEqual(["cloud/gpt-x"]);
  });
});

test("conversations stay where the route says so", () => {
  const sticky = new Map(
    [...plan.models].map(([name, route]) => [name, { ...route, affinity: name.startsWith("gpt-5") }]),
  );
  const staying = { ...plan, models: sticky };
  expect(["gpt-5", "gpt-x", "gpt-4", "cloud/x", "none"].map((name) => staysWith(name, staying))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
