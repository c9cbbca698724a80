import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { applyRemedy, type Remedy } from "./remedy.ts";

function remedied(body: JsonObject, remedy: Remedy): JsonObject {
  return applyRemedy({ body, headers: {} }, remedy).body;
}

function dropped(parameter: string): Remedy {
  return { parameter, action: "dropped" };
}

describe("what is done about a refusal", () => {
  test("a parameter is left out", () => {
    expect(remedied({ a: 1, store: true }, dropped("store"))).toEqual({ a: 1 });
  });

  test.each([
    ["max_tokens", "max_completion_tokens"],
    ["max_completion_tokens", "max_tokens"],
  ])("%s goes out as %s", (parameter, to) => {
    expect(remedied({ a: 1, [parameter]: 5 }, { parameter, action: "renamed", to })).toEqual({ a: 1, [to]: 5 });
    expect(remedied({ [parameter]: 5, [to]: 6 }, { parameter, action: "renamed", to })).toEqual({ [to]: 6 });
  });

  test("`strict` is taken out of every tool, and nothing else is touched", () => {
    const tools = [
      { type: "function", function: { name: "a", strict: true } },
      { type: "custom", custom: { name: "b" } },
      null,
    ];
    const format = { type: "json_schema", json_schema: { name: "s", strict: true } };
    expect(remedied({ tools, response_format: format }, dropped("strict"))).toEqual({
      tools: [{ type: "function", function: { name: "a" } }, tools[1], null],
      response_format: format,
    });
  });

  test.each([
    ["reasoning_effort", { reasoning_effort: "none" }, { reasoning_effort: "low" }, { reasoning_effort: "high" }],
    [
      "reasoning.effort",
      { reasoning: { effort: "none", summary: "auto" } },
      { reasoning: { effort: "low", summary: "auto" } },
      { reasoning: { effort: "high" } },
    ],
  ])("one value of %s becomes another, and others stay", (parameter, body, wanted, other) => {
    const remedy: Remedy = { parameter, action: "replaced", from: "none", to: "low" };
    expect(remedied(body, remedy)).toEqual(wanted);
    expect(remedied(other, remedy)).toBe(other);
  });

  test("one value is left out, and others stay", () => {
    const remedy: Remedy = { parameter: "thinkingLevel", action: "dropped", from: "minimal" };
    const of = (thinkingLevel: string): JsonObject => ({
      generationConfig: { seed: 1, thinkingConfig: { thinkingLevel, includeThoughts: true } },
    });
    const wanted = { generationConfig: { seed: 1, thinkingConfig: { includeThoughts: true } } };
    expect(remedied(of("minimal"), remedy)).toEqual(wanted);
    expect(remedied(of("high"), remedy)).toEqual(of("high"));
    const snake = { generation_config: { thinking_config: { thinking_level: "minimal" } } };
    expect(remedied(snake, remedy)).toEqual({});
  });

  test("a body without it stays the same object", () => {
    const draft = { body: { a: 1, tools: [{ name: "a" }], system: "s" }, headers: {} };
    const parameters = ["store", "strict", "cache_control", "output_config.effort", "anthropic-beta.x"];
    for (const parameter of parameters) expect(applyRemedy(draft, dropped(parameter))).toBe(draft);
  });

  test("marks for the cache are taken from wherever they stand, or only what stands in them", () => {
    const mark = { type: "ephemeral", scope: "global" };
    const body = (given?: JsonObject): JsonObject => {
      const marked = given === undefined ? {} : { cache_control: given };
      const text = { type: "text", text: "t", ...marked };
      return {
        system: [text],
        tools: [{ name: "a", ...marked }],
        messages: [
          { role: "user", content: "plain" },
          { role: "user", content: [{ type: "tool_result", content: [text], ...marked }] },
        ],
      };
    };
    expect(remedied(body(mark), dropped("cache_control"))).toEqual(body());
    expect(remedied(body(mark), dropped("cache_control.scope"))).toEqual(body({ type: "ephemeral" }));
  });

  test("what holds nothing else goes with it", () => {
    const remedy = dropped("output_config.effort");
    expect(remedied({ a: 1, output_config: { effort: "low" } }, remedy)).toEqual({ a: 1 });
    const output_config = { effort: "low", format: { type: "json_schema" } };
    expect(remedied({ output_config }, remedy)).toEqual({ output_config: { format: { type: "json_schema" } } });
  });

  test("a beta is taken out of its header, which goes when nothing is left", () => {
    const draft = { body: {}, headers: { "anthropic-beta": "a-1, b-2", "anthropic-version": "v" } };
    const without = applyRemedy(draft, dropped("anthropic-beta.a-1"));
    expect(without.headers).toEqual({ "anthropic-beta": "b-2", "anthropic-version": "v" });
    expect(applyRemedy(without, dropped("anthropic-beta.b-2")).headers).toEqual({ "anthropic-version": "v" });
    expect(applyRemedy(draft, dropped("anthropic-beta")).headers).toEqual({ "anthropic-version": "v" });
  });

  test("or out of the field that Bedrock has for it", () => {
    const body = { a: 1, additionalModelRequestFields: { top_k: 5, anthropic_beta: ["a-1", "b-2"] } };
    expect(remedied(body, dropped("anthropic-beta.a-1"))).toEqual({
      a: 1,
      additionalModelRequestFields: { top_k: 5, anthropic_beta: ["b-2"] },
    });
    expect(remedied(body, dropped("anthropic-beta"))).toEqual({ a: 1, additionalModelRequestFields: { top_k: 5 } });
    const alone = { a: 1, additionalModelRequestFields: { anthropic_beta: ["a-1"] } };
    expect(remedied(alone, dropped("anthropic-beta.a-1"))).toEqual({ a: 1 });
    expect(remedied(alone, dropped("anthropic-beta.b-2"))).toBe(alone);
  });
});
