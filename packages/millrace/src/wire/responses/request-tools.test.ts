import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedRequest } from "../translation/codec.ts";
import { decodeResponsesRequest } from "./request.ts";

function decode(body: JsonObject): DecodedRequest {
  const decoded = decodeResponsesRequest({ model: "m", ...body });
  if ("kind" in decoded) throw new Error(decoded.message);
  return decoded;
}

describe("tools", () => {
  const weather = { type: "function", name: "weather", description: "d", parameters: { type: "object" }, strict: true };
  const tools = (...list: readonly JsonObject[]): DecodedRequest => decode({ input: "hi", tools: list });

  test("functions, tools of free text, and those that the server runs", () => {
    const grammar = { type: "grammar", syntax: "lark", definition: "start: /x/" };
    expect(
      tools(weather, { type: "custom", name: "sql", format: grammar }, { type: "web_search", user_location: null })
        .request.tools,
    ).toEqual([
      { name: "weather", description: "d", parameters: { type: "object" }, strict: true },
      {
        type: "custom",
        name: "sql",
        format: { type: "grammar", grammar: { syntax: "lark", definition: "start: /x/" } },
      },
      { raw: { type: "web_search", user_location: null } },
    ]);
  });

  test("tools in groups get one name each, also in earlier calls, and it is told", () => {
    const group = {
      type: "namespace",
      name: "mcp__files",
      description: "d",
      tools: [weather, { ...weather, name: "read" }],
    };
    const input = [
      { type: "function_call", call_id: "c", name: "read", namespace: "mcp__files", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "" },
    ];
    const { request, changes } = decode({ input, tools: [group, weather] });
    expect(request.tools).toMatchObject([
      { name: "mcp__files__weather", namespace: "mcp__files" },
      { name: "mcp__files__read", namespace: "mcp__files" },
      { name: "weather" },
    ]);
    expect(request.messages?.[0]?.toolCalls).toMatchObject([{ name: "mcp__files__read" }]);
    expect(changes).toMatchObject([{ field: "tools[0]", action: "replaced" }]);
  });

  test("names too long are cut, and stay apart", () => {
    const inner = ["a", "b"].map((end) => ({ ...weather, name: "n".repeat(60) + end }));
    const names = tools({ type: "namespace", name: "group", tools: inner }).request.tools?.map(
      (tool) => "name" in tool && tool.name,
    );
    expect(new Set(names).size).toBe(2);
    expect(names).toEqual([`group__${"n".repeat(57)}`, `group__${"n".repeat(55)}_2`]);
  });

  test("tools in items of the input are offered too, once each", () => {
    const input = [
      { type: "additional_tools", role: "developer", tools: [{ type: "custom", name: "exec" }, weather] },
      { role: "user", content: "hi" },
      {
        type: "tool_search_output",
        call_id: "c",
        tools: [{ type: "namespace", name: "g", tools: [weather] }, weather],
      },
    ];
    const { request } = decode({ input, tools: [] });
    expect(request.tools).toMatchObject([{ name: "exec" }, { name: "weather" }, { name: "g__weather" }]);
    expect(request.messages?.[0]).toEqual({ role: "user", content: "hi" });
  });

  test.each([
    ["auto", "auto"],
    ["required", "required"],
    [{ type: "function", name: "weather" }, { name: "weather" }],
    [{ type: "custom", name: "sql" }, { name: "sql" }],
    [{ type: "web_search" }, { raw: { type: "web_search" } }],
  ])("the choice %j", (choice, expected) => {
    expect(decode({ input: "hi", tools: [weather], tool_choice: choice }).request.toolChoice).toEqual(expected);
  });

  test("a choice among some of the tools leaves only those", () => {
    const choice = {
      type: "allowed_tools",
      mode: "required",
      tools: [
        { type: "function", name: "weather" },
        { type: "mcp", server_label: "b" },
      ],
    };
    const list = [
      weather,
      { ...weather, name: "time" },
      { type: "mcp", server_label: "a" },
      { type: "mcp", server_label: "b" },
    ];
    const { request, changes } = decode({ input: "hi", tools: list, tool_choice: choice });
    expect(request.tools).toMatchObject([{ name: "weather" }, { raw: { server_label: "b" } }]);
    expect(request.toolChoice).toBe("required");
    expect(changes).toMatchObject([{ field: "tool_choice", action: "replaced", to: "required" }]);
  });
});
