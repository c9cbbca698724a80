import { describe, expect, test } from "vitest";
import type { Operation } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { ModelCatalog } from "../catalog.ts";
import type { CatalogView } from "../catalog.ts";
import { targetName } from "../exchange.ts";
import type { Plan } from "../plan.ts";
import { decideRoute } from "./decide.ts";
import { needsCatalog } from "./names.ts";
import type { RouteDecision } from "./question.ts";
import { liveWith } from "./testing/live.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { planOf } from "../testing/plan.ts";
import type { ListScript } from "../testing/scripted-provider.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";

const desk = new ScriptedProvider("desk", {
  models: ["qwen3", "shared"],
  operations: ["chat-completions", "completions"],
});
const cloud = new ScriptedProvider("cloud", { models: ["gpt", "shared", "openai/gpt-5", "text-embedding"] });
const plan = planOf([desk, cloud], {
  models: { fast: ["desk/qwen3", "cloud/gpt"], "desk/pinned": ["cloud/gpt"], empty: [], embed: ["desk/qwen3"] },
});

async function decide(
  model: string,
  operation: Operation = "chat-completions",
  visibleModels?: string[],
): Promise<RouteDecision> {
  return decideRoute({ model, operation, visibleModels }, plan, await viewOf(plan), liveWith());
}

async function viewOf(of: Plan): Promise<CatalogView> {
  return new ModelCatalog(of, new FakeClock()).list();
}

const steps = ({ candidates }: RouteDecision): string[][] =>
  candidates.map((target) => [targetName(target), target.reason]);

describe("a name", () => {
  test("of the plan gives its targets in order", async () => {
    expect(steps(await decide("fast"))).toEqual([
      ["desk/qwen3", "1 of 2 for fast"],
      ["cloud/gpt", "2 of 2 for fast"],
    ]);
  });

  test("of the plan goes before a provider's name", async () => {
    expect(steps(await decide("desk/pinned"))).toEqual([["cloud/gpt", "1 of 1 for desk/pinned"]]);
  });

  test.each([
    ["desk/qwen3", "desk/qwen3"],
    // The rest of the name is the model's id, slashes and all; nobody has to have listed it.
    ["cloud/openai/gpt-5", "cloud/openai/gpt-5"],
    ["cloud/never/listed:1", "cloud/never/listed:1"],
  ])("%s is a provider and its model", async (name, target) => {
    expect(steps(await decide(name))).toEqual([[target, "named by the request"]]);
  });

  test.each([
    ["qwen3", "desk/qwen3", "only desk has qwen3"],
    ["openai/gpt-5", "cloud/openai/gpt-5", "only cloud has openai/gpt-5"],
  ])("%s is the id of one provider's model", async (name, target, reason) => {
    expect(steps(await decide(name))).toEqual([[target, reason]]);
  });

  test("that several providers have is 400 and names them", async () => {
    expect((await decide("shared")).failure).toMatchObject({
      kind: "bad_request",
      code: "model_ambiguous",
      status: 400,
      param: "model",
      message: "Several providers have the model shared. Name one: desk/shared, cloud/shared.",
      details: { candidates: ["desk/shared", "cloud/shared"] },
    });
  });

  test.each(["none", "desk/", "/qwen3", "/", "nobody/qwen3"])("%s is 404 and says what there is", async (name) => {
    expect((await decide(name)).failure).toMatchObject({
      kind: "model_not_found",
      code: "model_not_found",
      status: 404,
      message: `There is no model ${name}. There is fast, desk/pinned, empty, embed, desk/qwen3, desk/shared, cloud/gpt, cloud/shared, cloud/openai/gpt-5, cloud/text-embedding.`,
    });
  });

  test("that is unknown lists ten others and counts the rest", async () => {
    const ids = Array.from({ length: 25 }, (_, at) => `m${at}`);
    const big = planOf([new ScriptedProvider("p", { models: ids })]);
    const { failure } = decideRoute({ model: "none", operation: "completions" }, big, await viewOf(big), liveWith());
    expect(failure?.message).toBe(
      "There is no model none. There is p/m0, p/m1, p/m2, p/m3, p/m4, p/m5, p/m6, p/m7, p/m8, p/m9 and 15 more.",
    );
  });

  test("that is unknown tells a caller only of what it may use", async () => {
    expect((await decide("none", "chat-completions", ["fast", "cloud/g*"])).failure?.message).toBe(
      "There is no model none. There is fast, cloud/gpt.",
    );
  });

  test.each<[string, ListScript, string]>([
    [
      "a provider that cannot be asked is named",
      failureOf("connection", "refused"),
      " These providers could not be asked: p.",
    ],
    ["an empty list is just that", [], ""],
  ])("that is unknown: %s", async (_, models, rest) => {
    const one = planOf([new ScriptedProvider("p", { models })]);
    const { failure } = decideRoute({ model: "none", operation: "completions" }, one, await viewOf(one), liveWith());
    expect(failure?.message).toBe(`There is no model none.${rest}`);
  });
});

describe("an operation that a provider does not offer", () => {
  test("removes its targets, with the reason", async () => {
    const decision = await decide("fast", "embeddings");
    expect(steps(decision)).toEqual([["cloud/gpt", "2 of 2 for fast"]]);
    expect(decision.excluded.map(({ reason }) => reason)).toEqual(["desk does not offer embeddings"]);
  });

  test("is 400 when no target is left", async () => {
    expect((await decide("embed", "embeddings")).failure).toMatchObject({
      code: "operation_not_offered",
      status: 400,
      message: "No target of embed can answer: desk does not offer embeddings.",
    });
  });

  test("a name without targets is 400 too", async () => {
    expect((await decide("empty")).failure).toMatchObject({ status: 400, message: "The model empty has no targets." });
  });
});

test.each([
  ["fast", false],
  ["desk/anything", false],
  ["qwen3", true],
  ["openai/gpt-5", true],
])("%s needs the providers' lists: %s", (name, needed) => {
  expect(needsCatalog(name, plan)).toBe(needed);
});
