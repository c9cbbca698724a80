import { expect, test } from "vitest";
import type { FoundModel } from "./finding.ts";
import { chooseModels } from "./listing.ts";

const model = (id: string, state: FoundModel["state"] = "unknown"): FoundModel => ({ id, state });

test("the model to ask is one that chats, a ready one first", () => {
  const models = [model("nomic-embed-text"), model("whisper-1"), model("slow", "unloaded"), model("fast", "ready")];
  expect(chooseModels(models, undefined)).toEqual({ model: "fast", embeddingsModel: "nomic-embed-text" });
});

test("a model that is named is asked, listed or not", () => {
  expect(chooseModels([model("a")], "b")).toEqual({ model: "b", embeddingsModel: "b" });
});

test("without models there is nothing to ask", () => {
  expect(chooseModels([], undefined)).toEqual({});
});
