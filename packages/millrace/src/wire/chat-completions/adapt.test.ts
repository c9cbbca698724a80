import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { adaptChatRequest } from "./adapt.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import { REFERENCE_RULES, type RequestRules } from "./rules.ts";

function adapted(body: JsonObject, rules: Partial<RequestRules>): AdaptedBody {
  const options = { model: "m", stream: false, wantUsage: false, rules: { ...REFERENCE_RULES.request, ...rules } };
  return adaptChatRequest({ model: "m", ...body }, options);
}

describe("a temperature below the lowest that a server takes", () => {
  test("is raised to that, and the change is told", () => {
    const { body, changes } = adapted({ temperature: 0 }, { lowestTemperature: 0.01 });
    expect(body["temperature"]).toBe(0.01);
    expect(changes).toMatchObject([{ field: "temperature", action: "replaced", to: "0.01" }]);
  });

  test.each<[string, JsonObject]>([
    ["one that is high enough", { temperature: 0.01 }],
    ["none", {}],
    ["one that is no number", { temperature: null }],
  ])("%s stays as it is", (_name, body) => {
    expect(adapted(body, { lowestTemperature: 0.01 })).toMatchObject({ body, changes: [] });
  });

  test("0 passes where the server says nothing against it", () => {
    expect(adapted({ temperature: 0 }, {}).body["temperature"]).toBe(0);
  });
});

describe("reasoning in history that is empty (conformance case 206)", () => {
  const history = [
    { role: "assistant", content: "a", reasoning_content: "" },
    { role: "assistant", content: "b", reasoning_content: "because" },
    { role: "assistant", content: "c", reasoning: "" },
  ];

  test("is left out where the server refuses it", () => {
    const { body, changes } = adapted({ messages: history }, { emptyReasoningInHistory: "omit" });
    expect(body["messages"]).toEqual([
      { role: "assistant", content: "a" },
      { role: "assistant", content: "b", reasoning_content: "because" },
      { role: "assistant", content: "c" },
    ]);
    expect(changes.map(({ field }) => field)).toEqual(["messages[0].reasoning_content", "messages[2].reasoning"]);
  });

  test("passes everywhere else", () => {
    expect(adapted({ messages: history }, {}).body["messages"]).toBe(history);
  });
});
