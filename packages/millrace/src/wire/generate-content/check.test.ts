import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { checkRequest } from "./check.ts";

const asked = { role: "user", parts: [{ text: "hi" }] };
const called = { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] };
const answered = { role: "user", parts: [{ functionResponse: { name: "f", response: {} } }] };

describe("what no server could make sense of", () => {
  test.each<[string, JsonValue, string | undefined]>([
    ["no object", [], undefined],
    ["no contents", {}, "contents"],
    ["none of them", { contents: [] }, "contents"],
    ["a content that is none", { contents: ["a", 1] }, "contents[0]"],
    ["a role that does not exist", { contents: [{ role: "robot", parts: [] }] }, "contents[0].role"],
    ["parts that are none", { contents: [{ parts: [1] }] }, "contents[0].parts"],
    ["a text that is none", { contents: [{ parts: [{ text: 1 }] }] }, "contents[0].parts[0].text"],
    [
      "data that is no base64",
      { contents: [{ parts: [{ inlineData: { data: "data:a,b" } }] }] },
      "contents[0].parts[0].inlineData.data",
    ],
    [
      "a call without a name",
      { contents: [asked, { role: "model", parts: [{ functionCall: {} }] }] },
      "contents[1].parts[0].functionCall.name",
    ],
    [
      "arguments that are no object",
      { contents: [{ role: "model", parts: [{ functionCall: { name: "f", args: "{}" } }] }] },
      "contents[0].parts[0].functionCall.args",
    ],
    ["a result without a call", { contents: [asked, answered] }, "contents[1].parts[0].functionResponse"],
    [
      "a second result of one call",
      { contents: [called, answered, answered] },
      "contents[2].parts[0].functionResponse",
    ],
    ["a call without a result", { contents: [called, asked] }, "contents[1]"],
    [
      "a setting of another type",
      { contents: [asked], generationConfig: { maxOutputTokens: "9" } },
      "generationConfig.maxOutputTokens",
    ],
    ["the same in snake case", { contents: [asked], generation_config: { top_p: "9" } }, "generationConfig.topP"],
    ["tools that are none", { contents: [asked], tools: {} }, "tools"],
  ])("%s", (_what, body, param) => {
    const failure = checkRequest(body);
    expect(failure?.kind).toBe("bad_request");
    expect(failure?.param).toBe(param);
    if (param !== undefined) expect(failure?.message).toContain(`\`${param}`);
  });
});

test.each<[string, JsonValue]>([
  ["the least", { contents: [{ parts: [{ text: "hi" }] }] }],
  ["a text alone", { contents: "hi" }],
  ["a content without a list", { contents: asked }],
  ["fields nobody knows", { contents: [{ ...asked, x: 1 }], generationConfig: { x: [] }, y: {} }],
  ["a call with its result", { contents: [asked, called, answered, asked] }],
  ["results by the older role", { contents: [asked, called, { ...answered, role: "function" }] }],
  ["a call that is still to be answered", { contents: [asked, called] }],
])("%s passes", (_what, body) => {
  expect(checkRequest(body)).toBeUndefined();
});
