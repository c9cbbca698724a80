import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { objectOf, stringOf } from "../../wire/json/read.ts";
import { act, ask, choice, chunks, document, message, said } from "./testing/acted.ts";

const HEAD = { id: "chatcmpl-sim-1", created: 7, model: "sim-chat" };
const CHUNK = { ...HEAD, object: "chat.completion.chunk" };
const WEATHER: JsonObject = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

function delta(fields: JsonObject, finish: string | null = null): JsonObject {
  return { ...CHUNK, choices: [{ index: 0, delta: fields, finish_reason: finish }] };
}

describe("a chat request is answered in canonical form", () => {
  test("as one document", () => {
    const reply = ask("[[say the wheel turns]]");
    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(document(reply)).toEqual({
      ...HEAD,
      object: "chat.completion",
      choices: [
        { index: 0, message: { role: "assistant", content: "the wheel turns" }, logprobs: null, finish_reason: "stop" },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 },
      system_fingerprint: "simulator",
    });
  });

  test("as a stream, a piece for each token", () => {
    const reply = ask("[[say the wheel]]", { stream: true });
    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "text/event-stream" } });
    expect(chunks(reply)).toEqual([
      { ...delta({ role: "assistant", content: "" }), system_fingerprint: "simulator" },
      delta({ content: "the" }),
      delta({ content: " wheel" }),
      delta({}, "stop"),
      "[DONE]",
    ]);
    expect(reply.acts.filter(({ type }) => type === "send")).toHaveLength(4);
  });

  test("with a chunk of counts where it is asked for", () => {
    const reply = ask("[[say the wheel]]", { stream: true, stream_options: { include_usage: true } });
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    expect(chunks(reply).slice(-2)).toEqual([{ ...CHUNK, choices: [], usage }, "[DONE]"]);
  });

  test("without a directive it says what it is, and what it was told", () => {
    expect(said(ask("Hello, wheel"))).toMatch(/simulator, not a model.*Hello, wheel/u);
    expect(said(ask("x".repeat(1000))).length).toBeLessThan(300);
  });

  test("the last user message counts, in parts too", () => {
    const messages = [
      { role: "user", content: "[[say no]]" },
      { role: "assistant", content: "no" },
      {
        role: "user",
        content: [
          { type: "text", text: "[[say yes]]" },
          { type: "image_url", image_url: { url: "data:," } },
        ],
      },
      { role: "assistant", content: "…" },
    ];
    expect(message(act("POST", "/v1/chat/completions", { model: "sim-chat", messages }))["content"]).toBe("yes");
  });
});

describe("a prompt says what the answer is like", () => {
  test("[[think]] and [[say]], in that order", () => {
    const reply = ask("[[think a b]][[say c]]");
    expect(message(reply)).toEqual({ role: "assistant", content: "c", reasoning_content: "a b" });
    expect(document(reply)["usage"]).toMatchObject({
      completion_tokens: 3,
      completion_tokens_details: { reasoning_tokens: 2 },
    });
  });

  test("[[count]]", () => {
    expect(message(ask("[[count 12]]"))["content"]).toBe("1 2 3 4 5 6 7 8 9 10 11 12");
  });

  test.each(["stop", "length", "tool_calls", "content_filter"])("[[finish %s]]", (reason) => {
    expect(choice(ask(`[[say a]][[finish ${reason}]][[say b]]`))).toMatchObject({
      message: { content: "a" },
      finish_reason: reason,
    });
  });

  test("[[finish]] alone ends the simulator's own answer", () => {
    const reply = choice(ask("Hello [[finish length]]"));
    expect(reply).toMatchObject({
      finish_reason: "length",
      message: { content: expect.stringContaining("Hello") as string },
    });
  });

  test("[[pace]] waits before each piece, and before the head", () => {
    const { acts } = ask("[[say a]][[pace 5]][[say b c]]", { stream: true });
    expect(acts.map((one) => (one.type === "wait" ? one.ms : one.type))).toEqual(
      "head send 5 send 5 send send send".split(" ").map((word) => (word === "5" ? 5 : word)),
    );
    expect(ask("[[pace 5]][[say a]]").acts.map(({ type }) => type)).toEqual(["wait", "head", "send"]);
  });

  test("[[loop]] goes on until the simulator's limit, at a pace", () => {
    const reply = ask("[[loop]]");
    expect(choice(reply)["finish_reason"]).toBe("length");
    expect(document(reply)["usage"]).toMatchObject({ completion_tokens: 16_384 });
    expect(reply.acts.filter((one) => one.type === "wait" && one.ms === 20)).toHaveLength(16_384);
    expect(ask("[[pace 3]][[loop]]", { max_tokens: 2 }).acts.filter((one) => one.type === "wait")).toEqual([
      { type: "wait", ms: 3 },
      { type: "wait", ms: 3 },
    ]);
  });

  test.each([
    ["[[fly]]", /\[\[fly\]\] is no directive/u],
    ["[[count many]]", /number from 1/u],
    ["[[count 0]]", /number from 1/u],
    ["[[count 10001]]", /number from 1/u],
    ["[[pace -1]]", /milliseconds/u],
    ["[[finish early]]", /stop, length/u],
    ["[[fail]]", /status from 400/u],
    ["[[fail 200]]", /status from 400/u],
    ["[[fail toString]]", /status from 400/u],
    ["[[tool]]", /name of a tool/u],
  ])("%s is a 400 that says what there is", (prompt, wording) => {
    const reply = ask(prompt, { stream: true });
    expect(reply.status).toBe(400);
    expect(document(reply)).toMatchObject({
      error: { code: "unknown_directive", message: expect.stringMatching(wording) as string },
    });
    expect(reply.text).toContain("[[say TEXT]]");
  });
});

describe("a prompt says how it goes wrong", () => {
  test.each([false, true])("[[fail]] before anything is said is an error reply (stream: %s)", (stream) => {
    const reply = ask("[[fail 429]]", { stream });
    expect(reply).toMatchObject({ status: 429, headers: { "content-type": "application/json", "retry-after": "1" } });
    expect(document(reply)).toMatchObject({ error: { type: "invalid_request_error", code: null } });
  });

  test("[[fail]] behind something is an error event, and then nothing", () => {
    const events = chunks(ask("[[say a]][[fail server]]", { stream: true }));
    expect(events.slice(1)).toMatchObject([delta({ content: "a" }), { error: { code: "internal_error" } }]);
  });

  test("[[fail]] behind something that is not streamed is an error reply", () => {
    expect(ask("[[say a]][[fail 500]]")).toMatchObject({ status: 500 });
  });

  test("[[cut]] ends a stream without a terminal sign, behind some content", () => {
    const { acts, text } = ask("[[cut]]", { stream: true });
    expect(acts.at(-1)).toEqual({ type: "cut" });
    expect(text).toContain("simulator");
    expect(text).not.toMatch(/DONE|"finish_reason":"/u);
  });

  test("[[cut]] ends one document in its middle", () => {
    const { acts, text } = ask("[[say a]][[cut]]");
    expect(acts.map(({ type }) => type)).toEqual(["head", "send", "cut"]);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  test("[[hang]] alone never answers", () => {
    expect(ask("[[hang]]", { stream: true }).acts).toEqual([{ type: "hang" }]);
    expect(ask("[[say a]][[hang]]").acts).toEqual([{ type: "hang" }]);
  });

  test("[[hang]] behind something falls silent", () => {
    expect(ask("[[say a]][[hang]]", { stream: true }).acts.map(({ type }) => type)).toEqual(["head", "send", "hang"]);
  });
});

describe("tools are called", () => {
  test("when the prompt says so, with arguments that fit", () => {
    expect(choice(ask("[[tool weather]]", { tools: [WEATHER] }))).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        content: null,
        tool_calls: [
          {
            id: "call_chatcmpl-sim-1_0_0",
            type: "function",
            function: { name: "weather", arguments: '{"city":"simulated city"}' },
          },
        ],
      },
    });
  });

  test("in fragments where it streams", () => {
    const deltas = chunks(ask("[[tool weather]]", { tools: [WEATHER], stream: true })).flatMap((one) =>
      one === "[DONE]"
        ? []
        : ((one["choices"] as { delta: { tool_calls?: JsonObject[] } }[])[0]?.delta.tool_calls ?? []),
    );
    expect(deltas[0]).toEqual({
      index: 0,
      id: "call_chatcmpl-sim-1_0_0",
      type: "function",
      function: { name: "weather", arguments: "" },
    });
    const fragments = deltas.slice(1).map((one) => stringOf(objectOf(one["function"])?.["arguments"]));
    expect(fragments.length).toBeGreaterThan(1);
    expect(fragments.join("")).toBe('{"city":"simulated city"}');
  });

  test("several at once, with the arguments that are given, valid or not", () => {
    const { tool_calls: calls } = message(
      ask('[[tool weather {"city":"Oslo"}]][[tool none {oops]]', { tools: [WEATHER] }),
    );
    expect(calls).toMatchObject([
      { id: "call_chatcmpl-sim-1_0_0", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
      { id: "call_chatcmpl-sim-1_0_1", function: { name: "none", arguments: "{oops" } },
    ]);
  });

  test.each<[string, JsonObject]>([
    ["required", { tool_choice: "required" }],
    ["named", { tool_choice: { type: "function", function: { name: "weather" } } }],
    [
      "required among some",
      {
        tool_choice: {
          type: "allowed_tools",
          allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "weather" } }] },
        },
      },
    ],
  ])("when one is %s", (_what, choices) => {
    expect(message(ask("Weather?", { tools: [WEATHER], ...choices }))).toMatchObject({
      tool_calls: [{ function: { name: "weather" } }],
    });
  });

  test("a custom tool gets its input", () => {
    const tools = [{ type: "custom", custom: { name: "shell" } }];
    expect(message(ask("[[tool shell ls -l]]", { tools }))["tool_calls"]).toMatchObject([
      { type: "custom", custom: { name: "shell", input: "ls -l" } },
    ]);
  });

  test.each(["auto", "none"])("not of its own accord (%s)", (tool_choice) => {
    expect(message(ask("Weather?", { tools: [WEATHER], tool_choice }))).not.toHaveProperty("tool_calls");
  });

  test("what a tool gave is the answer, even where a call is required", () => {
    const messages = [
      { role: "user", content: "[[tool weather]]" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "x", type: "function", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "x", content: "4 degrees" },
    ];
    const body = { model: "sim-chat", messages, tools: [WEATHER], tool_choice: "required" };
    expect(choice(act("POST", "/v1/chat/completions", body))).toMatchObject({
      finish_reason: "stop",
      message: { content: "weather gave: 4 degrees" },
    });
  });
});

describe("an answer has the shape that is asked for", () => {
  const shape = (schema: JsonObject): JsonObject => ({
    response_format: { type: "json_schema", json_schema: { name: "n", schema } },
  });

  test("of a schema", () => {
    const reply = said(ask("Who?", shape({ type: "object", properties: { age: { type: "integer" } } })));
    expect(JSON.parse(reply)).toEqual({ age: 1 });
  });

  test("of any object", () => {
    const reply = said(ask("Who?", { response_format: { type: "json_object" } }));
    expect(JSON.parse(reply)).toMatchObject({ simulator: true, asked: "Who?" });
  });

  test("unless the prompt says what to say", () => {
    expect(message(ask("[[say no JSON]]", { response_format: { type: "json_object" } }))["content"]).toBe("no JSON");
  });

  test.each<[string, JsonObject]>([
    ["a schema that nothing fits", shape({ type: "integer", minimum: 2, maximum: 1 })],
    ["a shape that is not known", { response_format: { type: "grammar" } }],
  ])("%s is a 400", (_what, more) => {
    const reply = ask("Who?", more);
    expect(reply.status).toBe(400);
    expect(document(reply)).toMatchObject({ error: { param: "response_format" } });
  });
});

describe("an answer has the size that is asked for", () => {
  test.each(["max_tokens", "max_completion_tokens"])("%s cuts it", (field) => {
    expect(choice(ask("[[say a b c]]", { [field]: 2 }))).toMatchObject({
      message: { content: "a b" },
      finish_reason: "length",
    });
    expect(choice(ask("[[say a b c]]", { [field]: 3 }))).toMatchObject({
      message: { content: "a b c" },
      finish_reason: "stop",
    });
  });

  test("a call that is cut has the beginning of its arguments", () => {
    const reply = ask("[[tool weather]]", { tools: [WEATHER], max_tokens: 2 });
    expect(choice(reply)).toMatchObject({
      finish_reason: "length",
      message: { tool_calls: [{ function: { arguments: '{"city":"simulat' } }] },
    });
  });

  test.each(["wheel", ["turns", "wheel"]])("stop texts end it: %s", (stop) => {
    const reply = ask("[[say the wheel turns]]", { stop, stream: true });
    const texts = chunks(reply).map((one) =>
      one === "[DONE]" ? "" : stringOf((one["choices"] as { delta: JsonObject }[])[0]?.delta["content"]),
    );
    expect(texts.join("")).toBe("the ");
    expect(chunks(reply).at(-2)).toMatchObject(delta({}, "stop"));
  });

  test("n gives that many choices, and counts them all", () => {
    const reply = document(ask("[[say a b]]", { n: 3 }));
    expect(reply["choices"]).toMatchObject([0, 1, 2].map((index) => ({ index, message: { content: "a b" } })));
    expect(reply["usage"]).toMatchObject({ completion_tokens: 6 });
  });

  test.each<[string, JsonObject]>([
    ["n", { n: 9 }],
    ["max_tokens", { max_tokens: 0 }],
    ["stop", { stop: Array.from({ length: 17 }, String) }],
  ])("too much or too little is a 400 that names %s", (param, more) => {
    const reply = ask("hi", more);
    expect(reply.status).toBe(400);
    expect(document(reply)).toMatchObject({ error: { param } });
  });

  test("a prompt has a limit too", () => {
    const reply = ask("x ".repeat(131_073));
    expect(reply.status).toBe(400);
    expect(document(reply)).toMatchObject({ error: { code: "context_length_exceeded" } });
  });
});

describe("models", () => {
  test("are listed as the simulator's", () => {
    const { data } = document(act("GET", "/v1/models")) as { data: JsonObject[] };
    expect(data.map(({ id }) => id)).toEqual(["sim-chat", "sim-reasoner", "sim-embed"]);
    for (const model of data) expect(model).toMatchObject({ object: "model", owned_by: "simulator" });
  });

  test("are found one by one, or not", () => {
    expect(document(act("GET", "/v1/models/sim-chat"))).toMatchObject({ id: "sim-chat" });
    expect(act("GET", "/v1/models/none")).toMatchObject({
      status: 404,
      text: expect.stringContaining("sim-chat") as string,
    });
  });

  test("sim-reasoner reasons before it answers, and not before it fails", () => {
    expect(message(ask("[[say a]]", { model: "sim-reasoner" }))).toMatchObject({
      content: "a",
      reasoning_content: expect.stringMatching(/./u) as string,
    });
    expect(message(ask("[[think b]][[say a]]", { model: "sim-reasoner" }))).toMatchObject({ reasoning_content: "b" });
    expect(ask("[[fail 500]]", { model: "sim-reasoner", stream: true }).status).toBe(500);
  });

  test("that are unknown, or of another kind, are refused", () => {
    expect(ask("hi", { model: "none" })).toMatchObject({
      status: 404,
      text: expect.stringContaining("model_not_found") as string,
    });
    expect(ask("hi", { model: "sim-embed" })).toMatchObject({
      status: 400,
      text: expect.stringContaining("ask sim-chat") as string,
    });
    expect(act("POST", "/v1/embeddings", { model: "sim-chat", input: "hi" })).toMatchObject({
      status: 400,
      text: expect.stringContaining("ask sim-embed") as string,
    });
  });

  test.each(["/health", "/v1/health"])("%s says that it is well", (path) => {
    expect(document(act("GET", path))).toEqual({ status: "ok", simulator: true });
  });

  test.each([
    ["GET", "/v1/nothing"],
    ["GET", "/v1/chat/completions"],
    ["POST", "/v1/models"],
  ] as const)("%s %s is not there", (method, path) => {
    expect(act(method, path, {})).toMatchObject({ status: 404 });
  });
});

describe("the older completions protocol", () => {
  const complete = (prompt: JsonObject[string], more: JsonObject = {}) =>
    act("POST", "/v1/completions", { model: "sim-chat", prompt, ...more });

  test("is answered with one document", () => {
    expect(document(complete("[[say a b]]"))).toEqual({
      id: "cmpl-sim-1",
      object: "text_completion",
      created: 7,
      model: "sim-chat",
      system_fingerprint: "simulator",
      choices: [{ index: 0, text: "a b", logprobs: null, finish_reason: "stop" }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
  });

  test("is answered with a stream", () => {
    const events = chunks(complete("[[say a b]]", { stream: true, stream_options: { include_usage: true } }));
    expect(events).toMatchObject([
      { choices: [{ text: "a", finish_reason: null }] },
      { choices: [{ text: " b", finish_reason: null }] },
      { choices: [{ text: "", finish_reason: "stop" }] },
      { choices: [], usage: { total_tokens: 5 } },
      "[DONE]",
    ]);
  });

  test("has a choice for each prompt, as often as asked", () => {
    const { choices } = document(complete(["[[say a]]", "[[say b]]"], { n: 2 }));
    expect(choices).toMatchObject([{ text: "a" }, { text: "a" }, { text: "b" }, { text: "b" }]);
    expect(complete(Array.from({ length: 9 }, () => "hi")).status).toBe(400);
  });

  test("takes token ids", () => {
    expect(complete([1, 2]).text).toContain("[1,2]");
  });

  test("has no place for tools or reasoning", () => {
    expect(complete("[[tool weather]]").status).toBe(400);
    expect(complete("[[think a]]").status).toBe(400);
    expect(document(complete("[[say a]]", { model: "sim-reasoner" }))["choices"]).toMatchObject([{ text: "a" }]);
  });
});

describe("embeddings", () => {
  const embed = (input: JsonObject[string], more: JsonObject = {}) =>
    act("POST", "/v1/embeddings", { model: "sim-embed", input, ...more });

  test("are a vector for each text, in order", () => {
    const reply = document(embed(["river", "wheel", "river"]));
    expect(reply).toMatchObject({ object: "list", model: "sim-embed", usage: { prompt_tokens: 3, total_tokens: 3 } });
    const data = reply["data"] as { index: number; embedding: number[] }[];
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(data[0]?.embedding).toHaveLength(64);
    expect(data[0]?.embedding).toEqual(data[2]?.embedding);
    expect(data[0]?.embedding).not.toEqual(data[1]?.embedding);
  });

  test("are the same numbers in base64 of little-endian floats", () => {
    const vectorOf = (more: JsonObject) => (document(embed("river", more))["data"] as JsonObject[])[0]?.["embedding"];
    const bytes = Buffer.from(stringOf(vectorOf({ encoding_format: "base64", dimensions: 3 })) ?? "", "base64");
    expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual(vectorOf({ dimensions: 3 }));
    expect(bytes).toHaveLength(12);
  });

  test.each<[string, JsonObject[string], JsonObject]>([
    ["wide", "a", { dimensions: 1025 }],
    ["many", Array.from({ length: 1025 }, () => "a"), { dimensions: 1024 }],
    ["long", "a ".repeat(131_073), {}],
  ])("that are too %s are refused", (_what, input, more) => {
    expect(embed(input, more).status).toBe(400);
  });
});

test.each(["", "{", "[]", "1"])("a body that is %o is a 400", (body) => {
  expect(act("POST", "/v1/chat/completions", body).status).toBe(400);
});
