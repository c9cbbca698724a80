import { describe, expect, test } from "vitest";
import type { Warning } from "../../model/warning.ts";
import { d, data, decode, DONE, fin, top } from "./testing/decode.ts";
import type { TestOptions } from "./testing/decode.ts";

const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

function types(body: string): string[] {
  return decode(body).events.map(({ type }) => type);
}

function warnings(body: string, options?: TestOptions): Warning["code"][] {
  return decode(body, options).response?.warnings.map(({ code }) => code) ?? [];
}

describe("S12: chunks may leave out or twist anything", () => {
  test("102: Azure's first chunk gives neither id nor model, but its filter results are kept", () => {
    const filters = { id: "", created: 0, model: "", object: "", prompt_filter_results: [{ prompt_index: 0 }] };
    const { response, events } = decode(top(filters) + d({ content: "Hi" }) + fin() + DONE);
    expect(events[0]).toEqual({ type: "start", id: "r", model: "m", created: 1 });
    expect(response).toMatchObject({ id: "r", model: "m", extra: { prompt_filter_results: [{ prompt_index: 0 }] } });
  });

  test.each([
    ["103: no choices in the middle", top({})],
    ["104: choices null", data({ choices: null })],
    ["104: choices missing", data({ type: "mcp_tool_result" })],
    ["105: choices [null]", data({ choices: [null] })],
    ["105: tool_calls [null]", d({ tool_calls: [null] })],
    ["106: delta null", d(null)],
    ["106: delta missing", d(undefined)],
    ["106: choice {}", data({ choices: [{}] })],
    ["108: role empty", d({ role: "", content: "" })],
    ["108: role null", d({ role: null })],
    ["108: role model", d({ role: "model" })],
    ["109: content empty", d({ content: "" }).repeat(100)],
    ["113: finish_reason empty", d({}, { finish_reason: "" })],
    ["114: finish_reason missing", data({ choices: [{ index: 0, delta: {} }] })],
    ["178: no tool calls", d({ content: null, tool_calls: [] })],
    ["content is a number", d({ content: 7 })],
    ["index is a text", d({}, { index: "0" })],
  ])("conformance case %s", (_, odd) => {
    const { response, failure } = decode(odd + d({ content: "Hel" }) + odd + d({ content: "lo" }) + odd + fin() + DONE);
    expect(failure).toBeUndefined();
    expect(response).toMatchObject({ text: "Hello", finishReason: "stop", toolCalls: [] });
  });

  test.each<[string, object, object]>([
    ["tool calls that are a text", { tool_calls: "none" }, {}],
    ["a role that is a number", { role: 7 }, {}],
    ["reasoning that is an object", { reasoning: {} }, {}],
    ["a refusal that is a number", { refusal: 7 }, {}],
    ["an index that is null", {}, { index: null }],
    ["a finish reason that is a number", {}, { finish_reason: 7 }],
    ["log probabilities that are a text", {}, { logprobs: "none" }],
  ])("the text beside %s is kept", (_, odd, choice) => {
    const { response, failure } = decode(d({ content: "Hel", ...odd }, choice) + d({ content: "lo" }) + fin() + DONE);
    expect(failure).toBeUndefined();
    expect(response?.text).toBe("Hello");
  });

  test("121: a choice without an index is the first", () => {
    const body = data({ choices: [{ delta: { content: "Hi" } }] }) + data({ choices: [{ finish_reason: "stop" }] });
    expect(decode(body).response?.choices).toMatchObject([{ index: 0, text: "Hi" }]);
  });

  test("107: a role alone says nothing", () => {
    expect(types(d({ role: "assistant", content: null }) + d({ content: "Hi" }) + fin())).toEqual([
      "start",
      "text-delta",
      "choice-finish",
      "finish",
    ]);
  });

  test("122: the first id, model and time count", () => {
    const later = { id: "other", model: "other", created: 9 };
    const { response } = decode(d({ content: "Hi" }) + fin("stop", {}, later) + DONE);
    expect(response).toMatchObject({ id: "r", model: "m", created: 1 });
  });

  test("an id is made up where none ever comes", () => {
    const body = data({ choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] });
    expect(decode(body).response).toMatchObject({ id: "made-1", model: "m" });
  });
});

describe("content in every form", () => {
  test("110: Mistral's parts are text, reasoning and references", () => {
    const parts = [
      { type: "thinking", thinking: [{ type: "text", text: "Hmm" }] },
      { type: "text", text: "Hi" },
      { type: "reference", reference_ids: [1] },
    ];
    const [choice] = decode(d({ content: parts }) + fin()).response?.choices ?? [];
    expect(choice).toMatchObject({
      text: "Hi",
      reasoning: "Hmm",
      extra: { content_parts: [{ type: "reference", reference_ids: [1] }] },
    });
  });

  test("111: a message beside deltas is left alone", () => {
    const body =
      d({ content: "Hel" }, { message: { content: "Hel" } }) + d({ content: "lo" }, { message: { content: "Hello" } });
    expect(decode(body + fin()).response?.text).toBe("Hello");
  });

  test("111: a message counts where no delta ever came", () => {
    const message = (content: string): string => d(undefined, { message: { role: "assistant", content } });
    expect(decode(message("Hel") + message("Hello") + fin()).response?.text).toBe("Hello");
  });

  test("112: deltas that hold the whole text so far, where the server is known to send them", () => {
    const body = d({ content: "Hel" }) + d({ content: "Hello" }) + fin();
    expect(decode(body, { rules: { cumulativeDeltas: true } }).response?.text).toBe("Hello");
    expect(decode(body).response?.text).toBe("HelHello");
  });

  test("116: text in the chunk that finishes", () => {
    expect(decode(d({ content: "Hi" }, { finish_reason: "stop" })).response?.text).toBe("Hi");
  });

  test("118: text behind the finish reason is kept", () => {
    expect(decode(d({ content: "Hel" }) + fin() + d({ content: "lo" }) + DONE).response?.text).toBe("Hello");
  });

  test("S21, N9, 124: a refusal is no empty success", () => {
    const { response, events } = decode(d({ content: null, refusal: "I can" }) + d({ refusal: "not" }) + fin());
    expect(response?.choices[0]).toMatchObject({ text: "", refusal: "I cannot" });
    expect(events.map(({ type }) => type)).toContain("refusal-delta");
    expect(response?.warnings).toEqual([]);
  });

  test("S21, N9, 125: log probabilities, also beside empty content", () => {
    const entry = { id: 430, token: "a", logprob: -0.1 };
    const body =
      d({ content: "a" }, { logprobs: { content: [entry] } }) +
      d({ content: "" }, { logprobs: { content: [entry] } }) +
      d({ content: "b" }, { logprobs: null }) +
      fin();
    expect(decode(body).response?.choices[0]?.logprobs).toEqual({ content: [entry, entry] });
  });

  test("127: audio is not text", () => {
    const body =
      d({ audio: { id: "a", transcript: "Hel" } }) + d({ audio: { transcript: "lo", data: "AAAA" } }) + fin();
    expect(decode(body).response?.choices[0]).toMatchObject({
      text: "",
      audio: { id: "a", transcript: "Hello", data: "AAAA" },
    });
  });

  test("128: images, annotations and citations are kept", () => {
    const body =
      d({ content: "Hi", annotations: [{ n: 1 }] }, {}, { citations: ["a"] }) +
      d({ annotations: [{ n: 2 }], images: [{ u: 1 }] }, {}, { citations: ["a", "b"] }) +
      fin();
    const { response } = decode(body);
    expect(response?.choices[0]?.extra).toEqual({ annotations: [{ n: 1 }, { n: 2 }], images: [{ u: 1 }] });
    expect(response?.extra).toEqual({ citations: ["a", "b"] });
  });
});

describe("123: fields nobody knows", () => {
  test("they are kept where they stood, and told once", () => {
    const extra = { system_fingerprint: "fp", service_tier: "default", obfuscation: "xyz" };
    const body =
      d({ content: "a" }, { stop_reason: null }, extra) +
      d({ content: "b" }, { token_ids: [1] }, { ...extra, obfuscation: "zyx" }) +
      fin("stop", { stop_reason: 7, token_ids: [2] }, { ...extra, timings: { n: 1 } });
    const { response, events } = decode(body);
    expect(response?.extra).toEqual({ system_fingerprint: "fp", service_tier: "default", timings: { n: 1 } });
    expect(response?.choices[0]?.extra).toEqual({ choice: { stop_reason: 7, token_ids: [1, 2] } });
    const ofReply = events.filter((event) => event.type === "metadata" && event.choice === undefined);
    expect(ofReply).toHaveLength(2);
  });

  test("obfuscation is dropped", () => {
    expect(types(d({ content: "a" }, {}, { obfuscation: "x" }) + fin())).not.toContain("metadata");
  });
});

describe("finish reasons", () => {
  test.each([
    ["115: by its camel-case name", d({ content: "Hi" }, { finish_reason: undefined, finishReason: "stop" }), "stop"],
    ["117: twice", d({ content: "Hi" }) + fin() + fin(), "stop"],
    ["117: length, then stop", d({ content: "Hi" }) + fin("length") + fin("stop"), "length"],
    ["119: a server's own word", d({ content: "Hi" }) + fin("eos_token"), "stop"],
    ["119: a word nobody has seen", d({ content: "Hi" }) + fin("who knows"), "unknown"],
  ])("conformance case %s", (_, body, reason) => {
    const { response, events } = decode(body + DONE);
    expect(response?.finishReason).toBe(reason);
    expect(events.filter(({ type }) => type === "choice-finish")).toHaveLength(1);
  });

  test("N7: the server's own word is kept beside ours", () => {
    expect(decode(d({ content: "Hi" }) + fin("MAX_TOKENS")).response?.choices[0]).toMatchObject({
      finishReason: "length",
      rawFinishReason: "MAX_TOKENS",
    });
  });
});

test("N8, S13, 120: two choices, interleaved, stay apart", () => {
  const body =
    d({ content: "b" }, { index: 1 }) +
    d({ content: "a" }) +
    d({ tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: "{" } }] }, { index: 1 }) +
    d({ tool_calls: [{ index: 0, id: "y", function: { name: "g", arguments: "{}" } }] }) +
    d({ tool_calls: [{ index: 0, function: { arguments: "}" } }] }, { index: 1 }) +
    fin("tool_calls", { index: 1 }) +
    fin("tool_calls") +
    DONE;
  expect(decode(body).response?.choices).toMatchObject([
    { index: 0, text: "a", toolCalls: [{ id: "y", arguments: "{}" }] },
    { index: 1, text: "b", toolCalls: [{ id: "x", arguments: "{}" }] },
  ]);
});

describe("S21: reasoning", () => {
  test.each([
    ["reasoning_content", { reasoning_content: "Hmm" }],
    ["reasoning", { reasoning: "Hmm" }],
    ["reasoning_text", { reasoning_text: "Hmm" }],
    ["133: two names for the same", { reasoning_content: "Hmm", reasoning: "Hmm" }],
    ["an empty one beside a full one", { reasoning_content: "", reasoning: "Hmm" }],
  ])("%s", (_, delta) => {
    const { response } = decode(d({ role: "assistant" }) + d(delta) + d({ content: "Hi" }) + fin());
    expect(response?.choices[0]).toMatchObject({ reasoning: "Hmm", text: "Hi" });
  });

  test("134: blocks keep their order", () => {
    const call = { index: 0, id: "x", function: { name: "f", arguments: "{}" } };
    const body =
      d({ content: "a" }) + d({ reasoning: "b" }) + d({ tool_calls: [call] }) + d({ reasoning: "c" }) + fin();
    expect(types(body).filter((type) => type.endsWith("delta") || type.endsWith("start"))).toEqual([
      "start",
      "text-delta",
      "reasoning-delta",
      "tool-call-start",
      "tool-call-delta",
      "reasoning-delta",
    ]);
  });

  test("135: opaque blocks are put together and can be replayed", () => {
    const detail = (fields: object): string =>
      d({ reasoning_details: [{ type: "reasoning.text", index: 0, ...fields }] });
    const body =
      detail({ text: "Two " }) + detail({ text: "and two" }) + detail({ signature: "s" }) + d({ content: "4" });
    expect(decode(body + fin()).response?.choices[0]?.reasoningDetails).toEqual([
      { type: "reasoning.text", index: 0, text: "Two and two", signature: "s" },
    ]);
  });

  test("136: an answer that is only in the reasoning is reported as such", () => {
    const body = d({ reasoning_content: '{"ok":true}' }) + fin();
    expect(decode(body).response).toMatchObject({ text: "", warnings: [{ code: "only-reasoning" }] });
  });

  describe("in <think> tags", () => {
    const body = d({ content: "<th" }) + d({ content: "ink>Hmm</thi" }) + d({ content: "nk>\n\nHi" }) + fin();

    test("129: left alone", () => {
      expect(decode(body).response?.text).toBe("<think>Hmm</think>\n\nHi");
    });

    test("129: taken out, where asked", () => {
      const { response } = decode(body, { rules: { thinkTags: "extract" } });
      expect(response?.choices[0]).toMatchObject({ text: "Hi", reasoning: "Hmm" });
    });

    test("130: with the opening tag implied", () => {
      const { response } = decode(d({ content: "Hmm</think>Hi" }) + fin(), {
        rules: { thinkTags: "extract-from-start" },
      });
      expect(response?.choices[0]).toMatchObject({ text: "Hi", reasoning: "Hmm" });
    });

    test("130: unless the server gives reasoning in a field of its own", () => {
      const given = d({ reasoning_content: "Hmm" }) + d({ content: "Hi" }) + fin();
      const { response } = decode(given, { rules: { thinkTags: "extract-from-start" } });
      expect(response?.choices[0]).toMatchObject({ text: "Hi", reasoning: "Hmm" });
    });

    test("131: never closed", () => {
      const open = d({ content: "<think>Hmm" }) + fin();
      expect(warnings(open, { rules: { thinkTags: "extract" } })).toEqual(["unclosed-reasoning", "only-reasoning"]);
    });
  });
});

describe("137: an answer with nothing in it", () => {
  test.each([
    ["a finish reason", fin()],
    ["[DONE]", DONE],
  ])("%s alone is an empty success, flagged", (_, body) => {
    expect(warnings(body)).toEqual(["empty"]);
  });
});

describe("65: another model answers", () => {
  test("it is reported with both names", () => {
    const { response } = decode(d({ content: "Hi" }, {}, { model: "tiny" }) + fin(), { requestedModel: "big" });
    expect(response?.model).toBe("tiny");
    expect(response?.warnings).toMatchObject([
      { code: "model-mismatch", message: expect.stringMatching(/"tiny".*"big"/u) },
    ]);
  });

  test.each([
    ["gpt-4o", "gpt-4o-2024-08-06"],
    ["openai/gpt-4o", "gpt-4o"],
    ["gemini-2.5-pro", "models/gemini-2.5-pro"],
    ["qwen3-8b", "/models/Qwen3-8B.gguf"],
  ])("%s answered as %s is the same model", (requestedModel, model) => {
    expect(warnings(d({ content: "Hi" }, {}, { model }) + fin(), { requestedModel })).toEqual([]);
  });
});

describe("S6: usage", () => {
  const counts = { promptTokens: 3, completionTokens: 2, totalTokens: 5 };

  test.each([
    ["138: null everywhere", d({ content: "Hi" }, {}, { usage: null }) + fin("stop", {}, { usage: null }), undefined],
    ["139: in the chunk that finishes", d({ content: "Hi" }) + fin("stop", {}, { usage: USAGE }), counts],
    ["140: before the finish reason", d({ content: "Hi" }) + top({ usage: USAGE }) + fin(), counts],
    ["140: behind the finish reason", d({ content: "Hi" }) + fin() + top({ usage: USAGE }) + DONE, counts],
    ["140: behind [DONE], too late", d({ content: "Hi" }) + fin() + DONE + top({ usage: USAGE }), undefined],
    ["143: in the choice", d({ content: "Hi" }) + fin("stop", { usage: USAGE }), counts],
    ["143: under x_groq", d({ content: "Hi" }) + fin("stop", {}, { x_groq: { id: "q", usage: USAGE } }), counts],
    ["104: without choices", d({ content: "Hi" }) + fin() + data({ usage: USAGE }), counts],
  ])("conformance case %s", (_, body, usage) => {
    const found = decode(body).response?.usage;
    if (usage === undefined) expect(found).toBeUndefined();
    else expect(found).toEqual({ ...usage, raw: USAGE });
  });

  test("141: in every chunk, growing: the last one wins and is told each time it changes", () => {
    const growing = [1, 2, 3].map((completion_tokens) =>
      d({ content: "x" }, {}, { usage: { prompt_tokens: 5, completion_tokens } }),
    );
    const { response, events } = decode(growing.join("") + fin());
    expect(response?.usage).toMatchObject({ completionTokens: 3 });
    expect(events.filter(({ type }) => type === "usage")).toHaveLength(3);
  });

  test("142: zeros in early chunks", () => {
    const zeros = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    const body = d({ content: "x" }, {}, { usage: zeros }) + fin("stop", {}, { usage: USAGE }) + top({ usage: zeros });
    expect(decode(body).response?.usage).toMatchObject(counts);
  });
});
