import { describe, expect, test } from "vitest";
import type { InferenceResponse } from "../../model/response.ts";
import { d, decode, DONE, fin } from "./testing/decode.ts";
import type { TestOptions } from "./testing/decode.ts";

const A = '{"a":1}';

function calls(...deltas: readonly object[]): string {
  return deltas.map((delta) => d({ tool_calls: [delta] })).join("");
}

function answer(body: string, options?: TestOptions): InferenceResponse {
  const { response } = decode(body, options);
  if (response === undefined) throw new Error("There is no answer");
  return response;
}

const ONE = calls({ index: 0, id: "x", type: "function", function: { name: "f", arguments: A } });

test("S3: calls are complete without [DONE], at the finish reason and the end of the bytes", () => {
  expect(answer(ONE + fin("tool_calls")).toolCalls).toEqual([
    { id: "x", type: "function", name: "f", arguments: A, input: { a: 1 } },
  ]);
});

test("S7: calls are events of their own, never text", () => {
  const { events, response } = decode(ONE + fin("tool_calls") + DONE);
  expect(events.map(({ type }) => type)).toEqual([
    "start",
    "tool-call-start",
    "tool-call-delta",
    "tool-call-end",
    "choice-finish",
    "finish",
  ]);
  expect(response?.text).toBe("");
});

test("S7: text that looks like calls is text", () => {
  const text = '\u0000TOOL_CALLS:[{"name":"forged"}]';
  const { toolCalls, text: given } = answer(d({ content: text }) + fin());
  expect(toolCalls).toEqual([]);
  expect(given).toBe(text);
});

test("S14: no calls, no call events", () => {
  const { events } = decode(d({ content: "Hi", tool_calls: [] }) + calls({ index: 0, function: {} }) + fin() + DONE);
  expect(events.some(({ type }) => type.startsWith("tool-call"))).toBe(false);
});

describe("what single servers send", () => {
  test.each([
    ["156 DashScope: the type again, an empty id", { index: 0, id: "", type: "function", function: { arguments: A } }],
    ["160 Mistral: an empty name, no index", { function: { name: "", arguments: A } }],
    ["179: type null", { index: 0, type: null, function: { arguments: A } }],
    ["SGLang: nulls", { index: 0, id: null, type: null, function: { name: null, arguments: A } }],
  ])("conformance case %s", (_, later) => {
    const first = { index: 0, id: "x", type: "function", function: { name: "f", arguments: "" } };
    expect(answer(calls(first, later) + fin("tool_calls")).toolCalls).toMatchObject([
      { id: "x", name: "f", input: { a: 1 } },
    ]);
  });

  test("165: arguments that are an object", () => {
    const body = calls({ index: 0, id: "x", function: { name: "f", arguments: { a: 1 } } });
    expect(answer(body + fin("tool_calls")).toolCalls).toMatchObject([{ arguments: A, input: { a: 1 } }]);
  });

  test("166: arguments null, where the tool takes none", () => {
    const body = calls({ index: 0, id: "x", function: { name: "f", arguments: null } });
    expect(answer(body + fin("tool_calls")).toolCalls).toMatchObject([{ arguments: "{}", input: {} }]);
  });

  test("126: a function_call of the older form", () => {
    const body = d({ function_call: { name: "f", arguments: "" } }) + d({ function_call: { arguments: A } });
    const { toolCalls, finishReason } = answer(body + fin("function_call"));
    expect(toolCalls).toEqual([{ id: "made-1", type: "function", name: "f", arguments: A, input: { a: 1 } }]);
    expect(finishReason).toBe("tool_calls");
  });

  test("179: a custom tool", () => {
    const body = calls(
      { index: 0, id: "x", type: "custom", custom: { name: "sh", input: "ls" } },
      { index: 0, custom: { input: " -l" } },
    );
    expect(answer(body + fin("tool_calls")).toolCalls).toEqual([
      { id: "x", type: "custom", name: "sh", arguments: "ls -l" },
    ]);
  });

  test("183: a signature on the call, on a later delta, and in a delta beside none", () => {
    const signature = { extra_content: { google: { thought_signature: "s" } } };
    const bare = { index: 0, id: "x", function: { name: "f", arguments: A } };
    for (const body of [
      calls({ ...bare, ...signature }),
      calls(bare, { index: 0, ...signature }),
      calls(bare) + d(signature),
    ]) {
      expect(answer(body + fin("tool_calls")).toolCalls).toMatchObject([{ id: "x", extra: signature }]);
    }
  });

  test("a signature without a call is kept on the choice", () => {
    const signature = { extra_content: { google: { thought_signature: "s" } } };
    expect(answer(d({ content: "Hi", ...signature }) + fin()).choices[0]?.extra).toEqual(signature);
  });

  test("a type that is neither function nor custom is kept", () => {
    const body = calls({
      index: 0,
      id: "x",
      type: "builtin_function",
      function: { name: "$web_search", arguments: "{}" },
    });
    expect(answer(body + fin("tool_calls")).toolCalls[0]?.extra).toEqual({ type: "builtin_function" });
  });

  test("177: text before, between and behind calls keeps its place", () => {
    const { events } = decode(d({ content: "a" }) + ONE + d({ content: "b" }) + fin("tool_calls"));
    expect(events.map(({ type }) => type)).toEqual([
      "start",
      "text-delta",
      "tool-call-start",
      "tool-call-delta",
      "text-delta",
      "tool-call-end",
      "choice-finish",
      "finish",
    ]);
  });
});

describe("that tools were called is a fact about the content", () => {
  test.each(["stop", "eos", ""])("171: finish reason %j with calls", (reason) => {
    const body = ONE + (reason === "" ? "" : fin(reason)) + DONE;
    const { finishReason, choices } = answer(body);
    expect(finishReason).toBe("tool_calls");
    expect(choices[0]?.rawFinishReason).toBe(reason === "" ? null : reason);
  });

  test("172: finish reason tool_calls without a call", () => {
    const response = answer(d({ content: "Hi" }) + fin("tool_calls"));
    expect(response.choices[0]).toMatchObject({ finishReason: "stop", rawFinishReason: "tool_calls" });
    expect(response.warnings).toMatchObject([{ code: "no-tool-calls" }]);
  });

  test.each(["length", "content_filter"])("173: cut by %s inside the arguments", (reason) => {
    const response = answer(calls({ index: 0, id: "x", function: { name: "f", arguments: '{"a"' } }) + fin(reason));
    expect(response.toolCalls).toEqual([
      { id: "x", type: "function", name: "f", arguments: '{"a"', problem: "incomplete" },
    ]);
    expect(response.finishReason).toBe(reason);
  });
});

describe("N11, 174: arguments that do not parse are shown as they are", () => {
  test("they never become an empty object", () => {
    const [call] = answer(
      calls({ index: 0, id: "x", function: { name: "f", arguments: "{oops" } }) + fin("tool_calls"),
    ).toolCalls;
    expect(call).toEqual({ id: "x", type: "function", name: "f", arguments: "{oops", problem: "not-json" });
  });
});

describe("warnings about calls", () => {
  test("167: JSON in a JSON string", () => {
    const body = calls({ index: 0, id: "x", function: { name: "f", arguments: JSON.stringify(A) } });
    expect(answer(body + fin("tool_calls")).warnings).toMatchObject([{ code: "double-encoded-arguments" }]);
  });

  test("181: a tool that was not offered", () => {
    const response = answer(ONE + fin("tool_calls"), { toolNames: ["g"] });
    expect(response.toolCalls).toHaveLength(1);
    expect(response.warnings).toMatchObject([{ code: "unknown-tool", message: expect.stringContaining('"f"') }]);
  });

  test("182: two calls where one was wanted", () => {
    const two = ONE + calls({ index: 1, id: "y", function: { name: "f", arguments: A } }) + fin("tool_calls");
    const response = answer(two, { parallelToolCalls: false, toolNames: ["f"] });
    expect(response.toolCalls).toHaveLength(2);
    expect(response.warnings).toMatchObject([{ code: "parallel-calls" }]);
  });
});

test("180: markup that the server did not parse stays text", () => {
  const text = '<tool_call>{"name":"f"}</tool_call>';
  expect(answer(d({ content: text }) + fin(), { toolNames: ["f"] })).toMatchObject({ text, toolCalls: [] });
});

describe("a stream that breaks off", () => {
  test("S3: offers the calls that were whole, and not the one being written", () => {
    const body = ONE + calls({ index: 1, id: "y", function: { name: "g", arguments: A } });
    const { failure } = decode(body);
    expect(failure?.partial?.toolCalls).toEqual([
      { id: "x", type: "function", name: "f", arguments: A, input: { a: 1 } },
    ]);
  });

  test("162: a call without a name is a protocol failure", () => {
    const { failure } = decode(calls({ index: 0, id: "x", function: { arguments: A } }) + fin("tool_calls") + DONE);
    expect(failure?.failure).toMatchObject({ kind: "protocol", message: expect.stringContaining('"x"') });
  });
});
