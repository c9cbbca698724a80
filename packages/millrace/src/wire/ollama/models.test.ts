import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { capabilityWords } from "./model-capabilities.ts";
import { readModelName, withoutLatest } from "./model-name.ts";
import { encodeProcesses, encodeShow, encodeTags, encodeVersion } from "./models.ts";
import type { ListedModel } from "./models.ts";
import { reply } from "./testing/replies.ts";

const model: ListedModel = {
  name: "desk/qwen3-8b:q4_K_M",
  createdSec: 1_700_000_000,
  digest: "ab".repeat(32),
  contextLength: 32_768,
  capabilities: ["tools", "vision"],
};

const kindsOf = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).map(([name, field]) => [name, typeof field]));

test("a version that VS Code (0.6.4) and Codex (0.13.4) take", () => {
  expect(encodeVersion()).toEqual({ version: expect.stringMatching(/^0\.(?:1[4-9]|[2-9]\d)\.\d+$/) as string });
});

test("a model in the list", () => {
  expect(encodeTags([model])).toEqual({
    models: [
      {
        name: "desk/qwen3-8b:q4_K_M",
        model: "desk/qwen3-8b:q4_K_M",
        modified_at: "2023-11-14T22:13:20.000Z",
        size: 0,
        digest: model.digest,
        details: {
          parent_model: "",
          format: "",
          family: "qwen3",
          families: ["qwen3"],
          parameter_size: "8B",
          quantization_level: "Q4_K_M",
          context_length: 32_768,
        },
        capabilities: ["completion", "tools", "vision"],
      },
    ],
  });
});

test("a loaded model has all fields of a server's", () => {
  const [own] = encodeProcesses([model])["models"] as readonly JsonObject[];
  const [theirs] = (JSON.parse(reply("ps.json")) as { models: readonly JsonObject[] }).models;
  expect(kindsOf(own ?? {})).toMatchObject(kindsOf(theirs ?? {}));
  expect(own).toMatchObject({ context_length: 32_768 });
});

test("all of a model, its context by the name of its architecture", () => {
  const own = encodeShow(model);
  const theirs = JSON.parse(reply("show.json")) as JsonObject;
  expect(kindsOf(own)).toMatchObject(kindsOf(theirs));
  expect(kindsOf(own["details"] as JsonObject)).toMatchObject(kindsOf(theirs["details"] as JsonObject));
  expect(own).toMatchObject({
    parameters: "num_ctx 32768",
    model_info: {
      "general.architecture": "qwen3",
      "general.basename": "desk/qwen3-8b:q4_K_M",
      "general.parameter_count": 8_000_000_000,
      "qwen3.context_length": 32_768,
    },
    capabilities: ["completion", "tools", "vision"],
  });
});

test("what nobody knows is left out", () => {
  const { model_info: info, parameters } = encodeShow({ name: "fast", createdSec: 0, digest: "" });
  expect(info).toEqual({ "general.architecture": "fast", "general.basename": "fast" });
  expect(parameters).toBe("");
});

describe("what a model can do", () => {
  test.each<[string, readonly string[] | undefined, readonly string[]]>([
    ["m", undefined, ["completion", "tools"]],
    ["nomic-embed-text", undefined, ["embedding"]],
    ["m", [], ["completion"]],
    ["m", ["embeddings"], ["embedding"]],
    ["m", ["chat", "embeddings"], ["completion", "embedding"]],
    ["m", ["chat", "image_input", "vision", "reasoning", "fim", "x"], ["completion", "insert", "thinking", "vision"]],
  ])("%s, of which is said %j: %j", (name, capabilities, words) => {
    expect(capabilityWords({ name, ...(capabilities && { capabilities }) })).toEqual(words);
  });
});

describe("names", () => {
  test.each([
    ["llama-3.1-8b-instruct", "llama", "8B", ""],
    ["gpt-4o-mini", "gpt", "", ""],
    ["gpt-oss:20b", "gpt", "20B", ""],
    ["google/gemma3:1b-it-qat-bf16", "gemma3", "1B", "BF16"],
    ["mixtral-8x7b", "mixtral", "", ""],
    ["qwen2.5-coder:0.5b", "qwen2.5", "0.5B", ""],
    ["8", "unknown", "", ""],
  ])("%s", (name, family, parameterSize, quantization) => {
    expect(readModelName(name)).toMatchObject({ family, parameterSize, quantization });
  });

  test("the tag that says nothing", () => {
    expect(["m:latest", "m", "m:8b"].map(withoutLatest)).toEqual(["m", "m", "m:8b"]);
  });
});
