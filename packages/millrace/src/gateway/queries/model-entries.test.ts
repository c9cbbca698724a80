import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import { ModelCatalog } from "../catalog.ts";
import type { TargetCondition } from "../fleet/view.ts";
import type { ModelRoute, Plan } from "../plan.ts";
import { fleetOf, type Views } from "../routing/testing/live.ts";
import { planOf } from "../testing/plan.ts";
import { modelInfo, ScriptedProvider } from "../testing/scripted-provider.ts";
import { ModelEntries, type ModelEntry } from "./model-entries.ts";

type Offers = Readonly<Record<string, Readonly<Record<string, Partial<ModelInfo>>>>>;

interface World {
  readonly offers: Offers;
  readonly models?: Readonly<Record<string, readonly string[]>>;
  readonly views?: Views;
  readonly overflow?: string;
}

async function entriesOf({ offers, models = {}, views = {}, overflow }: World): Promise<ModelEntries> {
  const providers = Object.entries(offers).map(([name, offered]) => {
    const infos = Object.entries(offered).map(([id, more]) => modelInfo(name, id, more));
    return new ScriptedProvider(name, { models: async () => infos });
  });
  const plan = withOverflow(planOf(providers, { models }), overflow);
  return new ModelEntries(plan, await new ModelCatalog(plan, new FakeClock()).list(), fleetOf(views));
}

function withOverflow(plan: Plan, target: string | undefined): Plan {
  const [provider = "", model = ""] = target?.split("/") ?? [];
  const to = plan.providers.get(provider);
  if (to === undefined) return plan;
  const moved = (route: ModelRoute): ModelRoute => ({ ...route, onContextOverflow: [{ provider: to, model }] });
  return { ...plan, models: new Map([...plan.models].map(([name, route]) => [name, moved(route)])) };
}

const idsOf = (entries: ModelEntries): string[] => entries.all().map(({ id }) => id);
const find = async (id: string, world: World): Promise<ModelEntry | undefined> => (await entriesOf(world)).find(id);

describe("the state of a model", () => {
  test.each<[TargetCondition, ModelInfo["state"], string]>([
    ["unknown", "unknown", "unknown"],
    ["unknown", "ready", "ready"],
    ["unknown", "unloaded", "unloaded"],
    ["ready", "ready", "ready"],
    ["ready", "unknown", "ready"],
    // A4 9: a model that is not loaded is not told as loaded because its server answers.
    ["ready", "unloaded", "unloaded"],
    ["ready", "loading", "loading"],
    ["ready", "failed", "failed"],
    ["full", "ready", "full"],
    ["loading", "unloaded", "loading"],
    ["failing", "ready", "failing"],
    ["failing", "failed", "failed"],
    ["down", "ready", "down"],
  ])("at a server that is %s, listed as %s: %s", async (condition, state, told) => {
    const world: World = { offers: { desk: { m: { state } } }, views: { "desk/m": { condition } } };
    expect(await find("desk/m", world)).toMatchObject({ state: told });
  });

  test.each<[TargetCondition, TargetCondition, string]>([
    ["down", "full", "full"],
    ["loading", "full", "full"],
    ["loading", "down", "loading"],
    ["failing", "unknown", "unknown"],
    ["down", "down", "down"],
  ])("a name with targets that are %s and %s is %s", async (first, second, told) => {
    const world: World = {
      offers: { a: {}, b: {} },
      models: { fast: ["a/m", "b/m"] },
      views: { "a/m": { condition: first }, "b/m": { condition: second } },
    };
    expect(await find("fast", world)).toMatchObject({ state: told });
  });
});

describe("the length of a conversation", () => {
  const offers: Offers = {
    desk: { small: { contextLength: 4_096 }, silent: {} },
    cloud: { big: { contextLength: 128_000 }, huge: { contextLength: 1_000_000 } },
  };
  const NOBODY_KNOWS = { context_length: undefined, context_length_max: undefined };

  test.each<[string, readonly string[], string | undefined, object]>([
    ["of one target is its own", ["desk/small"], undefined, { context_length: 4_096, context_length_max: undefined }],
    [
      "of several is the smallest, and beside it the largest",
      ["desk/small", "cloud/big"],
      undefined,
      { context_length: 4_096, context_length_max: 128_000 },
    ],
    [
      "may grow to that of a model that takes what overflows",
      ["desk/small"],
      "cloud/huge",
      { context_length: 4_096, context_length_max: 1_000_000 },
    ],
    ["is of those that say it", ["desk/silent", "cloud/big"], undefined, { context_length: 128_000 }],
    ["is not told where no target says it", ["desk/silent"], "cloud/huge", NOBODY_KNOWS],
  ])("%s", async (_, targets, overflow, expected) => {
    const world: World = { offers, models: { fast: targets }, ...(overflow === undefined ? {} : { overflow }) };
    const entry = await find("fast", world);
    const told = {
      context_length: entry?.["context_length"],
      context_length_max: entry?.["context_length_max"],
    };
    expect(told).toMatchObject(expected);
  });
});

describe("capabilities", () => {
  const offers: Offers = {
    a: { m: { raw: { id: "m", capabilities: ["tools", "vision"] } } },
    b: { m: { raw: { id: "m", capabilities: ["tools"] } }, silent: {} },
  };

  test("of a model are what its server says", async () => {
    expect(await find("a/m", { offers })).toMatchObject({ capabilities: ["tools", "vision"] });
    expect(await find("b/silent", { offers })).not.toHaveProperty("capabilities");
  });

  test("of a name are what all its targets have, where all say", async () => {
    const models = { both: ["a/m", "b/m"], unsure: ["a/m", "b/silent"] };
    expect(await find("both", { offers, models })).toMatchObject({ capabilities: ["tools"] });
    expect(await find("unsure", { offers, models })).not.toHaveProperty("capabilities");
  });
});

describe("a pattern", () => {
  const offers: Offers = { cloud: { "gpt-5": { contextLength: 10 }, "gpt-5-mini": {}, o3: {} }, desk: { qwen: {} } };

  test("is listed by the names it is known to stand for", async () => {
    const entries = await entriesOf({ offers, models: { "gpt-*": ["cloud/gpt-*"] } });
    expect(idsOf(entries)).toEqual(["gpt-5", "gpt-5-mini", "cloud/gpt-5", "cloud/gpt-5-mini", "cloud/o3", "desk/qwen"]);
    expect(entries.find("gpt-5")).toMatchObject({ id: "gpt-5", targets: ["cloud/gpt-5"], context_length: 10 });
    expect(entries.all()[0]).toEqual(entries.find("gpt-5"));
  });

  test("may name its models otherwise than its targets do", async () => {
    expect(idsOf(await entriesOf({ offers, models: { "openai:*": ["cloud/*"] } })).slice(0, 3)).toEqual([
      "openai:gpt-5",
      "openai:gpt-5-mini",
      "openai:o3",
    ]);
  });

  test("does not list what an exact name, a longer pattern or a provider's own name means", async () => {
    const models = { "gpt-5": ["desk/qwen"], "gpt-5-*": ["cloud/gpt-5-*"], "gpt-*": ["cloud/gpt-*"], "*": ["cloud/*"] };
    const entries = await entriesOf({ offers, models });
    expect(idsOf(entries).slice(0, 3)).toEqual(["gpt-5", "gpt-5-mini", "o3"]);
    expect(entries.find("gpt-5")).toMatchObject({ targets: ["desk/qwen"] });
    expect(entries.find("cloud/o3")).toMatchObject({ provider: "cloud" });
  });

  test("that any name fits has no names to list, and each can be asked for", async () => {
    const entries = await entriesOf({ offers, models: { "any-*": ["desk/qwen"] } });
    expect(idsOf(entries).filter((id) => id.startsWith("any-"))).toEqual([]);
    expect(entries.find("any-thing")).toMatchObject({ id: "any-thing", targets: ["desk/qwen"] });
  });

  test("does not stand for what no provider lists", async () => {
    const entries = await entriesOf({ offers, models: { "gpt-*": ["cloud/gpt-*"] } });
    expect(entries.find("gpt-6")).toBeUndefined();
    expect(entries.find("gpt-*")).toBeUndefined();
  });
});
