import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import { isChatBody, isResponsesBody } from "./body-shape.ts";
import { checkResponsesRequest } from "./check.ts";

const user = { role: "user", content: "hi" };
const call = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
const output = { type: "function_call_output", call_id: "c", output: "1" };
const image = (image_url: string): JsonValue => [{ role: "user", content: [{ type: "input_image", image_url }] }];

describe("what no server could make sense of, with the path to it", () => {
  test.each<[JsonValue, string | undefined]>([
    [[], undefined],
    [{ input: "hi" }, "model"],
    [{ model: "m" }, "input"],
    [{ model: "m", input: [] }, "input"],
    [{ model: "m", input: 5 }, "input"],
    [{ model: "m", input: ["hi"] }, "input[0]"],
    [{ model: "m", input: [{ content: "hi" }] }, "input[0].role"],
    [{ model: "m", input: [{ role: "tool", content: "hi" }] }, "input[0].role"],
    [{ model: "m", input: [user, { role: "user", content: [5] }] }, "input[1].content[0]"],
    [{ model: "m", input: [user, { role: "user", content: 5 }] }, "input[1].content"],
    [{ model: "m", input: [{ ...call, name: "" }] }, "input[0].name"],
    [{ model: "m", input: [user, output] }, "input[1].call_id"],
    [{ model: "m", input: [user, call, user] }, "input[1].call_id"],
    [{ model: "m", input: image("data:image/png;base64,%%%%") }, "input[0].content[0].image_url"],
    [{ model: "m", input: image("data:image/png;base64,") }, "input[0].content[0].image_url"],
    [{ model: "m", input: "hi", tools: {} }, "tools"],
    [{ model: "m", input: "hi", tools: [{ type: "function", name: " " }] }, "tools[0].name"],
    [
      { model: "m", input: "hi", tools: [{ type: "namespace", name: "g", tools: [{ type: "function" }] }] },
      "tools[0].name",
    ],
    [{ model: "m", input: "hi", max_output_tokens: "5" }, "max_output_tokens"],
    [{ model: "m", input: "hi", stream: "yes" }, "stream"],
  ])("%j", (body, param) => {
    const failure = checkResponsesRequest(body);
    expect(failure).toMatchObject({ kind: "bad_request" });
    expect(failure?.param).toBe(param);
    if (param !== undefined) expect(failure?.message).toContain(param.startsWith("input[1].call") ? "call_id" : param);
  });

  test("Codex knows a broken image by this code, and leaves it out", () => {
    expect(checkResponsesRequest({ model: "m", input: image("data:image/png;base64,%%%%") })?.code).toBe(
      "invalid_value",
    );
  });
});

describe("what is fine", () => {
  test.each<JsonValue>([
    { model: "m", input: "hi" },
    { model: "m", input: [user, call, output, user], brand_new: 1, tools: [{ type: "brand_new" }] },
    { model: "m", input: [user, call] },
    { model: "m", input: [user, { type: "brand_new_item" }, { type: "reasoning", summary: [] }] },
    { model: "m", previous_response_id: "resp_1" },
    { model: "m", previous_response_id: "resp_1", input: [output] },
    { model: "m", input: [{ type: "item_reference", id: "fc_1" }, output] },
    { model: "m", input: [{ id: "fc_1" }, output] },
    { model: "m", input: [{ ...output, name: "create_thread", namespace: "codex_app" }, user] },
    { model: "m", input: image("data:image/png;base64,iVBORw0KGgo=") },
    { model: "m", input: image("https://a.example/b.png") },
    { model: "m", input: "hi", instructions: null, temperature: null, tools: null },
  ])("%j", (body) => {
    expect(checkResponsesRequest(body)).toBeUndefined();
  });
});

test.each<[JsonValue, boolean, boolean]>([
  [{ model: "m", input: "hi" }, true, false],
  [{ model: "m", messages: [user] }, false, true],
  [{ model: "m", messages: [user], input: "hi" }, false, false],
  [{ model: "m", messages: null, input: [user] }, true, false],
  [{ model: "m" }, false, false],
  [[], false, false],
])("%j is a Responses body: %s, a chat body: %s", (body, isResponses, isChat) => {
  expect(isResponsesBody(body)).toBe(isResponses);
  expect(isChatBody(body)).toBe(isChat);
});
