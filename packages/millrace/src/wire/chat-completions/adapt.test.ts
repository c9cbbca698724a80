import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { atOnce } from "../json/steps.ts";
import { countingWork } from "../json/testing/step-work.ts";
import { adaptChatRequest, adaptChatRequestInSteps } from "./adapt.ts";
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

describe("a schema that is `true`", () => {
  const tool = (parameters: JsonValue): JsonObject => ({ type: "function", function: { name: "f", parameters } });
  const tools = [tool({ type: "object", properties: { value: true } }), tool(null), { type: "other" }];

  test("is an object where the server reads every schema as one, and the change is told", () => {
    const { body, changes } = adapted({ tools }, { objectSchemas: true });
    expect(body["tools"]).toEqual([tool({ type: "object", properties: { value: {} } }), tools[1], tools[2]]);
    expect(changes).toMatchObject([{ field: "tools[0].function.parameters", action: "replaced" }]);
  });

  test("passes everywhere else", () => {
    expect(adapted({ tools }, {}).body["tools"]).toBe(tools);
  });
});

describe("content in parts, where the server takes a string for a role", () => {
  const parts = (...texts: string[]): JsonObject[] => texts.map((text) => ({ type: "text", text }));

  test("its texts are joined, and that is told", () => {
    const messages = [
      { role: "developer", content: parts("a", "b") },
      { role: "user", content: parts("c", "d") },
      { role: "tool", content: parts("row 1", "row 2"), tool_call_id: "1" },
    ];
    const rules = { developerRole: "system", stringContent: ["system", "tool"] } as const;
    const { body, changes } = adapted({ messages }, rules);
    expect(body["messages"]).toEqual([
      { role: "system", content: "a\n\nb" },
      messages[1],
      { role: "tool", content: "row 1\n\nrow 2", tool_call_id: "1" },
    ]);
    expect(changes).toMatchObject([
      { field: "messages[0].role" },
      { field: "messages[0].content", action: "replaced", to: "a string" },
      { field: "messages[2].content", action: "replaced", to: "a string" },
    ]);
  });

  test.each<[string, JsonObject]>([
    ["a string", { role: "tool", content: "a" }],
    [
      "what holds an image",
      { role: "tool", content: [...parts("a"), { type: "image_url", image_url: { url: "https://e.com" } }] },
    ],
    ["another role's", { role: "user", content: parts("a") }],
  ])("%s passes", (_what, message) => {
    expect(adapted({ messages: [message] }, { stringContent: ["tool"] })).toMatchObject({
      body: { messages: [message] },
      changes: [],
    });
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

describe("a long conversation is made fit in steps, as it is in one go", () => {
  const rules: RequestRules = {
    ...REFERENCE_RULES.request,
    developerRole: "system",
    contentBesideToolCalls: "empty",
    reasoningInHistory: "omit",
    tokenLimitField: "max_tokens",
    toolCallIds: { pattern: "^[A-Za-z0-9]{9}$", made: "letters-and-digits" },
  };
  const options = { model: "m", stream: true, wantUsage: true, rules, isClean: true };
  const turns = (count: number): JsonObject[] =>
    Array.from({ length: count }, (_, n): JsonObject => {
      const id = `call_${n - (n % 2)}`;
      if (n % 5 === 0) return { role: "developer", content: `${n}` };
      if (n % 7 === 0) return { role: "assistant", content: `${n}`, reasoning: "because" };
      if (n % 2 === 1) return { role: "tool", tool_call_id: id, content: "" };
      return { role: "assistant", content: null, tool_calls: [{ id, function: { name: "f" } }] };
    });

  test.each([1, 100, 10_000])("%i messages", (count) => {
    const body = { model: "x", max_completion_tokens: 5, messages: turns(count) };
    expect(atOnce(adaptChatRequestInSteps(body, options))).toEqual(adaptChatRequest(body, options));
  });

  test("with a pause every few thousand of them", () => {
    const { steps } = countingWork(adaptChatRequestInSteps({ model: "x", messages: turns(20_000) }, options));
    expect(steps).toBeGreaterThan(4);
  });

  test("a thousand changes are named, the others counted", () => {
    const messages = Array.from({ length: 1500 }, () => ({ role: "developer", content: "a" }));
    const { changes } = adapted({ messages }, { developerRole: "system" });
    expect(changes).toHaveLength(1001);
    expect(changes.at(-1)).toMatchObject({ field: "messages", to: "500 more changes" });
  });
});
