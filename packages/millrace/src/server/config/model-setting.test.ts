import { describe, expect, test } from "vitest";
import type { FileModel } from "./config-file.ts";
import { modelSetting, modelText } from "./model-setting.ts";

/** Each group of equals in brackets. */
const tiersOf = (model: FileModel): string =>
  modelSetting(model)
    .tiers.map((tier) => `[${tier.map(({ target }) => target).join(" ")}]`)
    .join(" ");

describe("what a model is written as", () => {
  test.each<[string, FileModel, string, string, boolean]>([
    ["a list is an order", ["a/x", "b/x"], "[a/x] [b/x]", "ordered", false],
    ["so is a mapping", { targets: ["a/x", "b/x"] }, "[a/x] [b/x]", "ordered", false],
    ["an inner list is a group of equals", [["a/x", "b/x"], "c/x"], "[a/x b/x] [c/x]", "adaptive", true],
    [
      "a strategy makes equals of a list",
      { targets: ["a/x", "b/x"], strategy: "least-busy" },
      "[a/x b/x]",
      "least-busy",
      true,
    ],
    ["but not of an order", { targets: ["a/x", "b/x"], strategy: "ordered" }, "[a/x] [b/x]", "ordered", false],
    ["an order within groups", { targets: [["a/x", "b/x"]], strategy: "ordered" }, "[a/x b/x]", "ordered", false],
    ["shares go before affinity", { targets: [["a/x", "b/x"]], strategy: "weighted" }, "[a/x b/x]", "weighted", false],
    [
      "unless it is asked for",
      { targets: [["a/x", "b/x"]], strategy: "weighted", affinity: true },
      "[a/x b/x]",
      "weighted",
      true,
    ],
  ])("%s", (_, model, tiers, strategy, affinity) => {
    expect(tiersOf(model)).toBe(tiers);
    expect(modelSetting(model)).toMatchObject({ strategy, affinity });
  });

  test("for people", () => {
    const model: FileModel = { targets: [["a/x", { target: "b/x", weight: 3 }], "c/x"] };
    expect(modelText(modelSetting(model))).toBe("a/x | b/x ×3 (adaptive), then c/x");
  });
});
