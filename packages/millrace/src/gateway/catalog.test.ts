import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ModelInfo } from "../model/model-info.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { ModelCatalog } from "./catalog.ts";
import type { CatalogView } from "./catalog.ts";
import { targetName } from "./exchange.ts";
import { FakeClock } from "../conformance/fake-clock.ts";
import { planOf } from "./testing/plan.ts";
import { ScriptedProvider, modelInfo, whenAborted } from "./testing/scripted-provider.ts";

const TTL_MS = 60_000;
const TIMEOUT_MS = 3_000;
const refused = failureOf("connection", "desk refused the connection.");

function catalogOf(clock: FakeClock, ...providers: ScriptedProvider[]): ModelCatalog {
  return new ModelCatalog(
    {
      providers: new Map(providers.map((provider) => [provider.name, provider])),
      modelListTtlMs: TTL_MS,
      modelListTimeoutMs: TIMEOUT_MS,
    },
    clock,
  );
}

const idsOf = (view: CatalogView): string[][] =>
  view.listings.map((listing) => listing.models.map((model) => model.id));
const ownersOf = (view: CatalogView, model: string): string[] => view.owners(model).map(targetName);

describe("a first list", () => {
  test("holds every provider's models, in the order of the configuration", async () => {
    const catalog = catalogOf(
      new FakeClock(),
      new ScriptedProvider("desk", { models: ["qwen3", "gemma"] }),
      new ScriptedProvider("cloud", { models: ["gpt"] }),
    );
    expect(idsOf(await catalog.list())).toEqual([["qwen3", "gemma"], ["gpt"]]);
  });

  test("H1: asks all providers at once", async () => {
    const clock = new FakeClock();
    const started: string[] = [];
    let release = (): void => {};
    const together = new Promise<void>((resolve) => (release = resolve));
    const slow = (name: string) => async (): Promise<readonly ModelInfo[]> => {
      if (started.push(name) === 2) release();
      await together;
      return [];
    };
    const catalog = catalogOf(
      clock,
      new ScriptedProvider("a", { models: slow("a") }),
      new ScriptedProvider("b", { models: slow("b") }),
    );
    await catalog.list();
    expect(started).toEqual(["a", "b"]);
  });

  test("asks each provider once, however many are waiting", async () => {
    const desk = new ScriptedProvider("desk", { models: ["qwen3"] });
    const catalog = catalogOf(new FakeClock(), desk);
    await Promise.all([catalog.list(), catalog.list(), catalog.knowing("qwen3")]);
    expect(desk.listCalls).toBe(1);
  });

  test("a dead provider takes nothing from the others and is named with its failure", async () => {
    const catalog = catalogOf(
      new FakeClock(),
      new ScriptedProvider("desk", { models: refused }),
      new ScriptedProvider("cloud", { models: ["gpt"] }),
    );
    const view = await catalog.list();
    expect(idsOf(view)).toEqual([[], ["gpt"]]);
    expect(view.listings[0]?.failure?.message).toBe("desk refused the connection.");
    expect(view.listings[1]?.failure).toBeUndefined();
  });

  test("H1: a silent provider costs its own time limit, is stopped then, and is not waited for again", async () => {
    const clock = new FakeClock();
    let stopped = false;
    const mute = new ScriptedProvider("mute", {
      models: ({ signal }) => {
        signal?.addEventListener("abort", () => (stopped = true));
        return whenAborted(signal);
      },
    });
    const catalog = catalogOf(clock, mute, new ScriptedProvider("cloud", { models: ["gpt"] }));
    const first = catalog.list();
    await turn();
    clock.advance(TIMEOUT_MS);
    const view = await first;
    expect(idsOf(view)).toEqual([[], ["gpt"]]);
    expect(view.listings[0]?.failure).toMatchObject({
      kind: "timeout",
      message: "mute did not list its models in 3000 ms.",
    });
    expect(stopped).toBe(true);
    clock.advance(TTL_MS);
    expect(idsOf(await catalog.list())).toEqual([[], ["gpt"]]);
  });

  test("a provider that breaks in its own way is a failure like any other", async () => {
    const broken = new ScriptedProvider("broken", {
      models: async () => Promise.reject(new TypeError("x is not a function")),
    });
    const view = await catalogOf(new FakeClock(), broken).list();
    expect(view.listings[0]?.failure?.message).toContain("x is not a function");
  });
});

describe("a list that is there", () => {
  test("M2: is used until its time is over, then used once more while it is asked for again", async () => {
    const clock = new FakeClock();
    const desk = new ScriptedProvider("desk", { models: ["old"] });
    const catalog = catalogOf(clock, desk);
    await catalog.list();
    clock.advance(TTL_MS - 1);
    await catalog.list();
    expect(desk.listCalls).toBe(1);

    desk.models = ["new"];
    clock.advance(1);
    expect(idsOf(await catalog.list())).toEqual([["old"]]);
    expect(desk.listCalls).toBe(2);
    expect(idsOf(await catalog.list())).toEqual([["new"]]);
  });

  test("is kept while its provider cannot be asked, and the failure is shown beside it", async () => {
    const clock = new FakeClock();
    const desk = new ScriptedProvider("desk", { models: ["qwen3"] });
    const catalog = catalogOf(clock, desk);
    const listedAtMs = clock.wallNow();
    await catalog.list();
    desk.models = refused;
    clock.advance(TTL_MS);
    const view = await catalog.refresh();
    expect(view.listings[0]).toMatchObject({ models: [{ id: "qwen3" }], listedAtMs, failure: { kind: "connection" } });
    expect(ownersOf(view, "qwen3")).toEqual(["desk/qwen3"]);
  });

  test("a provider that failed is asked again after seconds, not after the list's lifetime", async () => {
    const clock = new FakeClock();
    const desk = new ScriptedProvider("desk", { models: refused });
    const catalog = catalogOf(clock, desk);
    await catalog.list();
    desk.models = ["qwen3"];
    clock.advance(4_999);
    await catalog.list();
    expect(desk.listCalls).toBe(1);
    clock.advance(1);
    await catalog.list();
    expect(idsOf(catalog.latest)).toEqual([["qwen3"]]);
  });
});

describe("an id", () => {
  test("is found at every provider that has it, and by its aliases", async () => {
    const clock = new FakeClock();
    const desk = new ScriptedProvider("desk", {
      models: async () => [modelInfo("desk", "qwen3-8b.gguf", { aliases: ["qwen3", "shared"] })],
    });
    const view = await catalogOf(
      clock,
      desk,
      new ScriptedProvider("cloud", { models: ["shared", "openai/gpt"] }),
    ).list();
    expect(ownersOf(view, "qwen3")).toEqual(["desk/qwen3-8b.gguf"]);
    expect(ownersOf(view, "shared")).toEqual(["desk/qwen3-8b.gguf", "cloud/shared"]);
    expect(ownersOf(view, "openai/gpt")).toEqual(["cloud/openai/gpt"]);
    expect(ownersOf(view, "none")).toEqual([]);
  });

  test("that is also another model's alias at the same provider means the model of that id", async () => {
    const models = [modelInfo("desk", "a", { aliases: ["b"] }), modelInfo("desk", "b", { aliases: ["a"] })];
    const view = await catalogOf(new FakeClock(), new ScriptedProvider("desk", { models: async () => models })).list();
    expect(ownersOf(view, "a")).toEqual(["desk/a"]);
    expect(ownersOf(view, "b")).toEqual(["desk/b"]);
  });

  test("that nobody had is asked for again, but not more often than every few seconds", async () => {
    const clock = new FakeClock();
    const desk = new ScriptedProvider("desk", { models: ["qwen3"] });
    const catalog = catalogOf(clock, desk);
    await catalog.list();
    desk.models = ["qwen3", "pulled-just-now"];
    clock.advance(4_999);
    expect(ownersOf(await catalog.knowing("pulled-just-now"), "pulled-just-now")).toEqual([]);
    clock.advance(1);
    expect(ownersOf(await catalog.knowing("pulled-just-now"), "pulled-just-now")).toEqual(["desk/pulled-just-now"]);
    expect(desk.listCalls).toBe(2);
  });
});

describe("a provider", () => {
  test("is asked again when it came back, whatever the age of its list, and nobody else is", async () => {
    const desk = new ScriptedProvider("desk", { models: ["old"] });
    const cloud = new ScriptedProvider("cloud", { models: ["gpt"] });
    const catalog = catalogOf(new FakeClock(), desk, cloud);
    await catalog.list();
    desk.models = ["new"];
    await catalog.renew(desk);
    expect(idsOf(catalog.latest)).toEqual([["new"], ["gpt"]]);
    expect([desk.listCalls, cloud.listCalls]).toEqual([2, 1]);
  });

  test("is asked again although an older question is still open", async () => {
    let answer = (): void => undefined;
    const old = new Promise<readonly ModelInfo[]>((resolve) => (answer = () => resolve([modelInfo("desk", "old")])));
    const desk = new ScriptedProvider("desk", { models: () => old });
    const catalog = catalogOf(new FakeClock(), desk);
    const first = catalog.list();
    const renewed = catalog.renew(desk);
    desk.models = ["new"];
    answer();
    await Promise.all([first, renewed]);
    expect(idsOf(catalog.latest)).toEqual([["new"]]);
  });

  test("that stays in the next plan keeps its list, which keeps its age", async () => {
    const clock = new FakeClock();
    const stays = new ScriptedProvider("stays", { models: ["a"] });
    const joins = new ScriptedProvider("joins", { models: ["b"] });
    const before = catalogOf(clock, stays, new ScriptedProvider("leaves", { models: ["c"] }));
    await before.list();
    const after = new ModelCatalog(
      {
        providers: new Map([
          ["stays", stays],
          ["joins", joins],
        ]),
        modelListTtlMs: TTL_MS,
        modelListTimeoutMs: TIMEOUT_MS,
      },
      clock,
      { previous: before },
    );
    expect(idsOf(after.latest)).toEqual([["a"], []]);
    expect(idsOf(await after.list())).toEqual([["a"], ["b"]]);
    expect(stays.listCalls).toBe(1);
    clock.advance(TTL_MS);
    await after.list();
    expect(stays.listCalls).toBe(2);
  });

  test("tells whoever listens of each list, and of no failure", async () => {
    const heard: string[] = [];
    const plan = { modelListTtlMs: TTL_MS, modelListTimeoutMs: TIMEOUT_MS };
    const desk = new ScriptedProvider("desk", { models: ["a"] });
    const dead = new ScriptedProvider("dead", { models: refused });
    const providers = new Map([desk, dead].map((provider) => [provider.name, provider]));
    const catalog = new ModelCatalog({ ...plan, providers }, new FakeClock(), {
      heard: ({ name }, models) => void heard.push(`${name}: ${models.map(({ id }) => id).join(" ")}`),
    });
    await catalog.list();
    await catalog.renew(desk);
    expect(heard).toEqual(["desk: a", "desk: a"]);
  });
});

test("before anything was asked, the view names the providers and knows no model", () => {
  const catalog = catalogOf(new FakeClock(), new ScriptedProvider("desk", { models: ["qwen3"] }));
  expect(catalog.latest.listings).toEqual([{ provider: "desk", models: [] }]);
});

test("a model with the tag that stands for none may be asked for without it", async () => {
  const attic = new ScriptedProvider("attic", { models: ["llama3:latest"] });
  const catalog = new ModelCatalog(planOf([attic]), new FakeClock());
  expect((await catalog.list()).owners("llama3")).toEqual([{ provider: attic, model: "llama3:latest" }]);
});
