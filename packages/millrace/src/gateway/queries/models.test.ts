import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { ModelCatalog } from "../catalog.ts";
import { fleetOf } from "../routing/testing/live.ts";
import { planOf } from "../testing/plan.ts";
import { modelInfo, ScriptedProvider } from "../testing/scripted-provider.ts";
import { ModelEntries } from "./model-entries.ts";
import { modelList, pageIn } from "./models.ts";

const IDS = ["a", "b", "c", "d"];

async function entries(): Promise<ModelEntries> {
  const created = Date.UTC(2026, 2, 1) / 1000;
  const infos = IDS.map((id) => modelInfo("p", id, id === "a" ? { created, name: "Model A" } : {}));
  const plan = planOf([new ScriptedProvider("p", { models: async () => infos })]);
  return new ModelEntries(plan, await new ModelCatalog(plan, new FakeClock()).list(), fleetOf({}));
}

test("an entry is one that readers of either list understand", async () => {
  const [first, second] = modelList(await entries(), undefined)["data"] as readonly unknown[];
  expect(first).toMatchObject({
    id: "p/a",
    object: "model",
    created: 1_772_323_200,
    owned_by: "p",
    type: "model",
    display_name: "Model A",
    created_at: "2026-03-01T00:00:00.000Z",
  });
  expect(second).toMatchObject({ created: 0, created_at: "1970-01-01T00:00:00.000Z" });
});

describe("a page", () => {
  test.each<[string, readonly string[], boolean]>([
    ["", ["a", "b", "c", "d"], false],
    ["limit=2", ["a", "b"], true],
    ["limit=4", ["a", "b", "c", "d"], false],
    ["limit=1000", ["a", "b", "c", "d"], false],
    ["limit=0", ["a", "b", "c", "d"], false],
    ["limit=many", ["a", "b", "c", "d"], false],
    ["after_id=p/b", ["c", "d"], false],
    ["limit=1&after_id=p/b", ["c"], true],
    ["limit=1&after_id=p%2Fc", ["d"], false],
    ["after_id=p/d", [], false],
    ["after_id=p/gone", [], false],
    ["before_id=p/c", ["a", "b"], false],
    ["limit=1&before_id=p/c", ["b"], true],
    ["limit=1&before_id=p/b", ["a"], false],
    ["before_id=p/a", [], false],
    ["before_id=p/gone", [], false],
  ])("by %j", async (query, ids, hasMore) => {
    const names = ids.map((id) => `p/${id}`);
    const list = modelList(await entries(), undefined, pageIn(query));
    expect((list["data"] as readonly { readonly id: string }[]).map(({ id }) => id)).toEqual(names);
    expect(list).toMatchObject({ has_more: hasMore, first_id: names[0] ?? null, last_id: names.at(-1) ?? null });
  });

  test("after page is turned to the end", async () => {
    const all = await entries();
    const seen: unknown[] = [];
    for (let page = modelList(all, undefined, { limit: 3 }); ;) {
      seen.push(...(page["data"] as readonly { readonly id: string }[]).map(({ id }) => id));
      if (page["has_more"] !== true) break;
      page = modelList(all, undefined, { limit: 3, afterId: page["last_id"] as string });
    }
    expect(seen).toEqual(IDS.map((id) => `p/${id}`));
  });

  test("holds only what the caller may see", async () => {
    const list = modelList(await entries(), ["p/b", "p/d"], { limit: 1 });
    expect(list).toMatchObject({ data: [{ id: "p/b" }], has_more: true });
  });
});
