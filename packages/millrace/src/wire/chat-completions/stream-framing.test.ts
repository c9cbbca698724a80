import { describe, expect, test } from "vitest";
import { failureOf } from "../failure/kinds.ts";
import { ChatStreamDecoder } from "./stream.ts";
import {
  cutEvery,
  d,
  data,
  decode,
  decodeAll,
  DONE,
  encodeText,
  fin,
  replyOptions,
  summarize,
  top,
} from "./testing/decode.ts";

const HELLO = d({ role: "assistant", content: "" }) + d({ content: "Hello" });
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

describe("a stream needs a terminal sign", () => {
  test("finish reason and [DONE]", () => {
    const { events, response } = decode(HELLO + fin() + DONE);
    expect(events).toEqual([
      { type: "start", id: "r", model: "m", created: 1 },
      { type: "text-delta", choice: 0, text: "Hello" },
      { type: "choice-finish", choice: 0, reason: "stop", rawReason: "stop" },
      { type: "finish", response },
    ]);
    expect(response).toEqual({
      id: "r",
      model: "m",
      created: 1,
      text: "Hello",
      toolCalls: [],
      finishReason: "stop",
      choices: [{ index: 0, text: "Hello", toolCalls: [], finishReason: "stop", rawFinishReason: "stop" }],
      warnings: [],
    });
  });

  test("conformance case 27: a finish reason without [DONE] is complete", () => {
    expect(decode(HELLO + fin()).response).toMatchObject({ text: "Hello", finishReason: "stop" });
  });

  test("conformance case 28: [DONE] without a finish reason is complete, reason unknown", () => {
    const { response, failure } = decode(HELLO + DONE);
    expect(failure).toBeUndefined();
    expect(response).toMatchObject({ text: "Hello", finishReason: "unknown" });
    expect(response?.choices[0]?.rawFinishReason).toBeNull();
  });

  test("S4, conformance case 29: neither is a truncated answer, with what arrived", () => {
    const { failure, response } = decode(HELLO);
    expect(failure?.failure).toMatchObject({ kind: "truncated", partial: true });
    expect(response).toMatchObject({ text: "Hello", finishReason: "unknown" });
  });

  test("conformance case 30: no event at all is truncated, without a partial answer, and may be sent again", () => {
    const { failure, events } = decode("");
    expect(failure).toEqual({
      type: "failure",
      failure: expect.objectContaining({ kind: "truncated", retry: "same" }),
    });
    expect(failure?.failure).not.toHaveProperty("partial");
    expect(events).toEqual([]);
  });

  test("conformance case 22: a last event that was cut in its middle is truncated", () => {
    const { failure, response } = decode(HELLO + fin().slice(0, 40));
    expect(failure?.failure.kind).toBe("truncated");
    expect(response?.text).toBe("Hello");
  });

  test("a piece of an event behind the finish reason does not spoil a complete answer", () => {
    expect(decode(HELLO + fin() + top({ usage: USAGE }).slice(0, 40)).response?.finishReason).toBe("stop");
  });

  test("a choice that was cut makes the answer truncated although the other one finished", () => {
    const { failure } = decode(HELLO + d({ content: "x" }, { index: 1 }) + fin());
    expect(failure?.failure.kind).toBe("truncated");
  });
});

describe("ends", () => {
  test.each([
    ["21: the last event without its blank line", HELLO + fin().trimEnd()],
    ["23: [DONE] without its blank line", `${HELLO}${fin()}data: [DONE]`],
    ["24: [DONE] without a space, with one behind", `${HELLO}${fin()}data:[DONE] \n\n`],
    ["25: [DONE] twice", HELLO + fin() + DONE + DONE],
    ["26: chunks behind [DONE]", HELLO + fin() + DONE + d({ content: " more" })],
  ])("conformance case %s", (_, body) => {
    const { response, events } = decode(body);
    expect(response).toMatchObject({ text: "Hello", finishReason: "stop" });
    expect(events.filter(({ type }) => type === "finish")).toHaveLength(1);
    expect(events.at(-1)?.type).toBe("finish");
  });

  test("it knows when it has ended", () => {
    const decoder = new ChatStreamDecoder(replyOptions());
    decoder.push(encodeText(HELLO + fin()));
    expect(decoder.ended).toBe(false);
    decoder.push(encodeText(DONE));
    expect(decoder.ended).toBe(true);
    expect(decoder.push(encodeText(HELLO))).toEqual([]);
    expect(decoder.end()).toEqual([]);
  });
});

describe("lines that are no chunk", () => {
  test.each([
    ["8: names of events", `event: message\n${d({ content: "Hello" })}event: whatever\n${fin()}${DONE}`],
    ["12, 13: comments", `:\n\n: ping - 2026-01-01\r\n\r\n${HELLO}: keep-alive\n\n${fin()}${DONE}`],
    ["15: empty data", `data:\n\n${HELLO}data: \n\n${fin()}${DONE}`],
    ["16: null", `data: null\n\n${HELLO}data: null\n\n${fin()}${DONE}`],
    ["2: CRLF", (HELLO + fin() + DONE).replaceAll("\n", "\r\n")],
    ["5: no space behind data:", (HELLO + fin() + DONE).replaceAll("data: ", "data:")],
    [
      "32: an array of chunks",
      data(
        `[${HELLO.trim()
          .split("\n\n")
          .map((event) => event.slice(6))
          .join(",")}]`,
      ) + fin(),
    ],
  ])("conformance case %s", (_, body) => {
    expect(decode(body).response).toMatchObject({ text: "Hello", finishReason: "stop" });
  });

  test("S5, conformance case 31: broken JSON between good chunks is a protocol failure with what arrived", () => {
    const { failure, response } = decode(`${HELLO}data: {"choices":[{]\n\n${d({ content: "!" })}${fin()}${DONE}`);
    expect(failure?.failure).toMatchObject({ kind: "protocol", partial: true });
    expect(response?.text).toBe("Hello");
  });

  test("conformance case 31: or it is left out, as asked, with a warning", () => {
    const options = { rules: { unreadableChunk: "skip" } } as const;
    const { response } = decode(`${HELLO}data: {"choices":[{]\n\n${d({ content: "!" })}${fin()}${DONE}`, options);
    expect(response).toMatchObject({ text: "Hello!", warnings: [{ code: "skipped-chunk" }] });
  });

  test.each(['"text"', "7", "true"])("conformance case 32: %s is no chunk", (value) => {
    expect(decode(HELLO + data(value) + fin()).failure?.failure.kind).toBe("protocol");
  });

  test("conformance case 33: text that looks like an event stream is text", () => {
    const text = "data: [DONE]\n\nevent: x\r\ndata: {}\r\n\r\n";
    expect(decode(d({ content: text }) + fin() + DONE).response?.text).toBe(text);
  });

  test("conformance case 34: U+2028, U+2029 and U+0085 are not line ends", () => {
    const text = "a\u2028b\u2029c\u0085d\u000Be\u000Cf";
    const body = data(`{"choices":[{"index":0,"delta":{"content":"a\u2028b\u2029c\u0085d\\u000be\\u000cf"}}]}`) + fin();
    expect(decode(body).response?.text).toBe(text);
  });

  test("conformance case 35: invalid UTF-8 becomes U+FFFD and the stream goes on", () => {
    const [before, after] = d({ content: "a@b" }).split("@");
    const bytes = [encodeText(before ?? ""), Uint8Array.of(0xff), encodeText(after ?? ""), encodeText(fin())];
    expect(summarize(decodeAll(bytes)).response?.text).toBe("a\uFFFDb");
  });

  test("conformance case 36: half a character in each of two deltas", () => {
    const half = (escape: string): string => data(`{"choices":[{"index":0,"delta":{"content":"${escape}"}}]}`);
    const { events, response } = decode(half("\\ud83d") + half("\\ude00") + fin());
    expect(response?.text).toBe("😀");
    expect(events.filter(({ type }) => type === "text-delta")).toEqual([{ type: "text-delta", choice: 0, text: "😀" }]);
  });
});

describe("S1: however the network cuts it, a stream says the same", () => {
  const body = encodeText(
    `: ping\r\n\r\n${d({ role: "assistant" })}${d({ content: "日本é😀" })}${d({ content: " ok" }).replaceAll("\n", "\r\n")}${fin()}${DONE}`,
  );
  const whole = summarize(decodeAll([body])).response;

  test.each([1, 2, 3, 7, 64])("pieces of %i bytes", (size) => {
    expect(summarize(decodeAll(cutEvery(body, size))).response).toEqual(whole);
  });

  test("one cut at every position", () => {
    for (let at = 0; at <= body.length; at += 1) {
      expect(summarize(decodeAll([body.subarray(0, at), body.subarray(at)])).response).toEqual(whole);
    }
  });

  test("the text is whole", () => {
    expect(whole?.text).toBe("日本é😀 ok");
  });
});

describe("errors inside the stream", () => {
  const FAULT = { message: "Context size has been exceeded.", type: "server_error", code: 500 };

  test("conformance case 94: an error event first is a failure before anything else", () => {
    const { events, failure } = decode(data({ error: { message: "prompt too long", code: 400 } }) + DONE);
    expect(events).toEqual([]);
    expect(failure?.failure).not.toHaveProperty("partial");
    expect(failure).not.toHaveProperty("partial");
  });

  test("conformance case 94: so is one behind chunks that hold nothing", () => {
    const filters = top({ id: "", created: 0, model: "", prompt_filter_results: [] });
    const { events, failure } = decode(filters + d({ role: "assistant", content: "" }) + data({ error: FAULT }));
    expect(events).toEqual([]);
    expect(failure).not.toHaveProperty("partial");
  });

  test("S5, conformance case 95: after content it is that error, with what arrived", () => {
    const { events, failure } = decode(HELLO + data({ error: FAULT }));
    expect(events.map(({ type }) => type)).toEqual(["start", "text-delta"]);
    expect(failure?.failure).toMatchObject({
      kind: "context_overflow",
      partial: true,
      upstream: { message: FAULT.message, code: 500 },
    });
    expect(failure?.partial?.text).toBe("Hello");
  });

  test("S8, conformance case 96: [DONE] behind it does not make it a success", () => {
    const { events, failure } = decode(HELLO + data({ error: FAULT }) + DONE);
    expect(failure).toBeDefined();
    expect(events.some(({ type }) => type === "finish")).toBe(false);
  });

  test("an error behind the finish reason is an error", () => {
    expect(decode(HELLO + fin() + data({ error: FAULT }) + DONE).failure?.partial?.text).toBe("Hello");
  });

  test.each([
    ["97: named so", `event: error\n${data({ message: "boom" })}`],
    ["97: named so, as plain text", `event: error\n${data("boom")}`],
    ["98: a text", data({ error: "boom" })],
    ["98: flat, by its object", data({ object: "error", message: "boom" })],
    ["98: flat, by two names", data({ error_type: "x", error_message: "boom" })],
    ["98: flat, by its type", data({ type: "error", error: { message: "boom" } })],
    ["99: beside a choice", data({ error: { message: "boom" }, choices: [{ index: 0, finish_reason: "error" }] })],
    ["101: plain text", data("boom")],
    ["104: MiniMax", data({ choices: null, base_resp: { status_code: 1000, status_msg: "boom" } })],
  ])("conformance case %s", (_, event) => {
    const { failure } = decode(HELLO + event + DONE);
    expect(failure?.failure.message).toContain("boom");
    expect(failure?.partial?.text).toBe("Hello");
  });

  test.each([{ error: null }, { error: {} }])("conformance case 100: %j in a good chunk is no error", (nothing) => {
    const { response } = decode(d({ content: "Hello" }, {}, nothing) + fin("stop", {}, nothing) + DONE);
    expect(response?.text).toBe("Hello");
  });

  test("conformance case 146: usage that came before the error is in the partial answer", () => {
    const { failure } = decode(HELLO + top({ usage: USAGE }) + data({ error: FAULT }));
    expect(failure?.partial?.usage).toMatchObject({ promptTokens: 3, completionTokens: 2 });
  });

  test("conformance case 146: even where no content came", () => {
    const { events, failure } = decode(top({ usage: USAGE }) + data({ error: FAULT }));
    expect(events).toEqual([]);
    expect(failure?.partial).toMatchObject({ text: "", choices: [], usage: { promptTokens: 3 } });
    expect(failure?.failure).not.toHaveProperty("partial");
  });

  test.each([
    ["error", "server"],
    ["network_error", "server"],
    ["insufficient_system_resource", "overloaded"],
    ["abort", "truncated"],
  ])("conformance case 119: finish reason %s is a failure of kind %s", (reason, kind) => {
    const { failure } = decode(HELLO + d({ content: "!" }, { finish_reason: reason }) + DONE);
    expect(failure?.failure).toMatchObject({ kind, partial: true });
    expect(failure?.partial?.text).toBe("Hello!");
  });
});

describe("when the call itself fails", () => {
  const failure = failureOf("connection", "reset");

  test("after content, the failure says so and carries what arrived", () => {
    const decoder = new ChatStreamDecoder(replyOptions());
    decoder.push(encodeText(HELLO));
    expect(decoder.fail(failure)).toMatchObject({
      failure: { kind: "connection", partial: true },
      partial: { text: "Hello" },
    });
    expect(decoder.ended).toBe(true);
  });

  test("conformance case 85: a connection that breaks behind a finish reason has broken nothing", () => {
    const decoder = new ChatStreamDecoder(replyOptions());
    decoder.push(encodeText(HELLO + fin()));
    expect(decoder.cut(failure).at(-1)).toMatchObject({
      type: "finish",
      response: { text: "Hello", finishReason: "stop" },
    });
  });

  test("and one that breaks before it has", () => {
    const decoder = new ChatStreamDecoder(replyOptions());
    decoder.push(encodeText(HELLO));
    expect(decoder.cut(failure)).toMatchObject([{ failure: { kind: "connection", partial: true } }]);
  });

  test("before content, there is only the failure", () => {
    const decoder = new ChatStreamDecoder(replyOptions());
    decoder.push(encodeText(d({ role: "assistant", content: "" })));
    expect(decoder.fail(failure)).toEqual({ type: "failure", failure });
  });
});

describe("whether there was content", () => {
  test.each([
    ["text", d({ content: "a" }), true],
    ["reasoning", d({ reasoning_content: "a" }), true],
    ["a refusal", d({ refusal: "no" }), true],
    ["a tool call", d({ tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: "" } }] }), true],
    ["audio", d({ audio: { id: "a" } }), true],
    ["a finish reason", fin(), true],
    ["a role alone", d({ role: "assistant", content: "" }), false],
    ["usage alone", top({ usage: USAGE }), false],
    ["a comment alone", ": ping\n\n", false],
    ["empty tool calls", d({ tool_calls: [] }), false],
  ])("%s", (_, body, seen) => {
    const decoder = new ChatStreamDecoder(replyOptions());
    const events = decoder.push(encodeText(body));
    expect(decoder.contentSeen).toBe(seen);
    expect(events.some(({ type }) => type === "start")).toBe(seen);
  });
});

describe("bodies that are no event stream", () => {
  const COMPLETION = {
    id: "r",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: "Hello",
          tool_calls: [{ id: "x", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        finish_reason: "tool_calls",
      },
    ],
    usage: USAGE,
  };

  test.each([
    ["compact", JSON.stringify(COMPLETION)],
    ["over many lines", JSON.stringify(COMPLETION, null, 2)],
    ["92: behind blank lines", `\n\n\r\n  ${JSON.stringify(COMPLETION)}\n`],
    ["behind a byte order mark", `\uFEFF${JSON.stringify(COMPLETION)}`],
    ["55: in an envelope", JSON.stringify({ success: true, data: COMPLETION })],
  ])("S17, conformance case 39: one JSON reply becomes the events of a stream (%s)", (_, body) => {
    const { events, response } = decode(body);
    expect(events.map(({ type }) => type)).toEqual([
      "start",
      "usage",
      "text-delta",
      "tool-call-start",
      "tool-call-delta",
      "tool-call-end",
      "choice-finish",
      "finish",
    ]);
    expect(response).toMatchObject({ text: "Hello", finishReason: "tool_calls", usage: { promptTokens: 3 } });
    expect(summarize(decodeAll(cutEvery(encodeText(body), 1))).response).toEqual(response);
  });

  test("S17, conformance case 40: one JSON reply that is an error", () => {
    const { events, failure } = decode('{"code":"rate_limited","error":"Too many requests"}');
    expect(events).toEqual([]);
    expect(failure?.failure.kind).toBe("rate_limit");
  });

  test("conformance case 93: bytes behind the reply are left out, with a warning", () => {
    const { response } = decode(`${JSON.stringify(COMPLETION)}\nOK`);
    expect(response).toMatchObject({ text: "Hello", warnings: [{ code: "trailing-bytes" }] });
  });

  test("a JSON reply that was cut", () => {
    expect(decode(JSON.stringify(COMPLETION).slice(0, 90)).failure?.failure.kind).toBe("protocol");
  });

  test("conformance case 37: JSON lines that are chunks are read as they come", () => {
    const lines = (HELLO + fin()).replaceAll("data: ", "").replaceAll("\n\n", "\n");
    const decoder = new ChatStreamDecoder(replyOptions());
    expect(decoder.push(encodeText(lines)).map(({ type }) => type)).toEqual(["start", "text-delta"]);
    expect(decoder.end().at(-1)).toMatchObject({ type: "finish", response: { text: "Hello" } });
    expect(summarize(decodeAll(cutEvery(encodeText(lines), 1))).response?.text).toBe("Hello");
  });

  test("conformance case 37: Ollama's own JSON lines are named as what they are", () => {
    const line = JSON.stringify({ model: "m", message: { role: "assistant", content: "Hi" }, done: false });
    expect(decode(`${line}\n${line}\n`).failure?.failure).toMatchObject({
      kind: "protocol",
      message: expect.stringContaining("Ollama"),
    });
  });

  test("conformance case 43: a web page is named by its title only", () => {
    const page = "<!doctype html>\n<html><head><TITLE>Sign in</TITLE></head>\n\n<body>secret</body></html>";
    const { failure } = decode(page);
    expect(failure?.failure.kind).toBe("protocol");
    expect(failure?.failure.message).toContain('"Sign in"');
    expect(failure?.failure.message).not.toContain("secret");
  });

  test("plain words are no event stream", () => {
    expect(decode("Internal Server Error").failure?.failure).toMatchObject({ kind: "protocol" });
  });
});
