import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { chatClient } from "./codec.ts";

const named = (type: "function" | "custom", name: string): JsonObject => ({ type, [type]: { name } });
const tools = [named("function", "a"), named("function", "b"), named("custom", "c"), { type: "hosted" }];

const read = (choice: JsonObject): ReturnType<typeof chatClient.decodeRequest> =>
  chatClient.decodeRequest({ model: "m", messages: [{ role: "user", content: "hi" }], tools, tool_choice: choice });

describe("a choice among some of the tools, for a server of another dialect", () => {
  test.each<[string, JsonObject, readonly string[], "auto" | "required"]>([
    ["one must be called", { mode: "required", tools: [named("function", "a")] }, ["a"], "required"],
    ["one may be called", { mode: "auto", tools: [named("function", "b"), named("custom", "c")] }, ["b", "c"], "auto"],
  ])("leaves only those: %s", (_what, allowed, left, mode) => {
    expect(read({ type: "allowed_tools", allowed_tools: allowed })).toMatchObject({
      request: { tools: left.map((name) => ({ name })), toolChoice: mode },
      changes: [{ field: "tool_choice", action: "replaced", to: mode }],
    });
  });

  test("leaves no tools, and no choice, where none of those is known", () => {
    const choice = { type: "allowed_tools", allowed_tools: { mode: "required", tools: [named("function", "d")] } };
    expect(read(choice)).toEqual({
      request: { model: "m", messages: [{ role: "user", content: "hi" }] },
      changes: [expect.objectContaining({ field: "tool_choice" })],
    });
  });

  test("is read without an object around it too, as Responses has it", () => {
    const choice = { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "b" }] };
    expect(read(choice)).toMatchObject({ request: { tools: [{ name: "b" }], toolChoice: "required" } });
  });

  test("any other choice leaves all", () => {
    expect(read(named("function", "a"))).toMatchObject({ request: { tools: [{}, {}, {}, {}] }, changes: [] });
  });
});
