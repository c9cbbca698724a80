import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import { anyResponse } from "../assembly/testing/any-response.ts";
import { failureOf } from "../failure/kinds.ts";
import { ChatStreamEncoder } from "./encode-stream.ts";
import {
  cutEvery,
  d,
  decode,
  decodeAll,
  DONE,
  encodeText,
  fin,
  replyOptions,
  summarize,
  top,
} from "./testing/decode.ts";
import { encodeChatResponse } from "./response.ts";
import { recording, recordings } from "./testing/recordings.ts";
import { writeToolCall } from "./tool-call-wire.ts";

const OPTIONS = { includeUsage: true, id: "own", model: "own-model", createdSec: 7 };

function write(events: readonly DecodedEvent[], options: Partial<typeof OPTIONS> = {}): string {
  return new ChatStreamEncoder({ ...OPTIONS, ...options }).encode(events);
}

/** The data of each event, parsed where it is JSON. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests look into arbitrary JSON
function chunks(stream: string): any[] {
  return stream
    .trim()
    .split("\n\n")
    .map((event) => event.slice("data: ".length))
    .map((text) => (text === "[DONE]" ? text : JSON.parse(text)));
}

/** What the dialect can carry of an answer: not warnings, and its own words for finish reasons. */
function carried(response: InferenceResponse | undefined): unknown {
  if (response === undefined) return undefined;
  const { warnings: _warnings, choices, ...rest } = response;
  // Where the server gave no time, the encoder's own stands in.
  return {
    ...rest,
    created: rest.created ?? OPTIONS.createdSec,
    choices: choices.map(({ rawFinishReason: _raw, ...choice }) => choice),
  };
}

describe("what is written is read as the same answer", () => {
  test("for the events of any answer, at any cut", () => {
    fc.assert(
      fc.property(anyResponse, fc.integer({ min: 1, max: 300 }), (response, size) => {
        const bytes = encodeText(write(eventsOf(response)));
        const read = summarize(decodeAll(cutEvery(bytes, size), replyOptions({ requestedModel: response.model })));
        expect(carried(read.response)).toEqual(carried(response));
      }),
    );
  });

  const streams = [
    "02-chat-stream.txt",
    "03-tools.txt",
    "04-reasoning.txt",
    "05-structured.txt",
    "07-utf8-and-framing.txt",
  ]
    .flatMap((file) => recordings(file).map((exchange) => ({ file, ...exchange })))
    .filter(({ reply }) => reply.body.startsWith("data: "));

  test.each(streams)("for $file: $title", ({ reply }) => {
    const events = decodeAll([encodeText(reply.body)]);
    expect(carried(decode(write(events)).response)).toEqual(carried(summarize(events).response));
  });

  const pieces = fc.oneof(
    fc.constantFrom("a", "é", "😀", "\n", "<think>").map((content) => d({ content })),
    fc.constantFrom("Hmm", "x").map((reasoning) => d({ reasoning })),
    fc.constantFrom("no").map((refusal) => d({ refusal }, { index: 1 })),
    fc.integer({ min: 1, max: 9 }).map((n) => d({ content: "b" }, { index: 1, stop_reason: n, token_ids: [n] })),
    fc
      .integer({ min: 1, max: 9 })
      .map((n) => d({ annotations: [n] }, { logprobs: { content: [n] } }, { citations: [n] })),
    fc
      .record({
        index: fc.nat(2),
        id: fc.constantFrom("x", "y", ""),
        name: fc.constantFrom("f", "g"),
        a: fc.constantFrom("", "{}", '{"a"', ":1}"),
      })
      .map(({ index, id, name, a }) => d({ tool_calls: [{ index, id, function: { name, arguments: a } }] })),
    fc.constant(d({ extra_content: { google: { thought_signature: "s" } } })),
    fc
      .integer({ min: 1, max: 9 })
      .map((n) => top({ usage: { prompt_tokens: n, completion_tokens: n, total_tokens: 2 * n } })),
  );

  test("for any stream that a server may send", () => {
    fc.assert(
      fc.property(fc.array(pieces), fc.constantFrom("stop", "length", "tool_calls"), (parts, reason) => {
        const events = decodeAll([encodeText(parts.join("") + fin(reason) + fin(reason, { index: 1 }) + DONE)]);
        expect(carried(decode(write(events)).response)).toEqual(carried(summarize(events).response));
      }),
      { numRuns: 500 },
    );
  });
});

describe("the canonical form", () => {
  const events = decode(
    d({ content: "Hel" }) +
      d({ reasoning: "Hmm" }) +
      d({ tool_calls: [{ index: 3, id: "x", function: { name: "f", arguments: '{"a"' } }] }) +
      d({ tool_calls: [{ index: 3, id: "x", function: { name: "f", arguments: ":1}" } }] }) +
      d({ content: "lo" }, { finish_reason: "stop" }) +
      top({ usage: { prompt_tokens: 3, completion_tokens: 2 } }) +
      DONE,
  ).events;
  const written = chunks(write(events));
  const choices = written.filter((chunk) => chunk.choices?.length > 0).map((chunk) => chunk.choices[0]);

  test("every chunk has the same id, object, time and model", () => {
    for (const chunk of written.slice(0, -1)) {
      expect(chunk).toMatchObject({ id: "r", object: "chat.completion.chunk", created: 1, model: "m" });
    }
  });

  test("the role comes first, alone, with an empty content", () => {
    expect(choices[0]).toEqual({ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null });
    expect(choices.slice(1).some(({ delta }) => "role" in delta)).toBe(false);
  });

  test("reasoning goes out as reasoning_content", () => {
    expect(choices.map(({ delta }) => delta.reasoning_content).filter(Boolean)).toEqual(["Hmm"]);
  });

  test("tool calls count from 0, with id, type and name once, and arguments as text", () => {
    expect(choices.flatMap(({ delta }) => delta.tool_calls ?? [])).toEqual([
      { index: 0, id: "x", type: "function", function: { name: "f", arguments: "" } },
      { index: 0, function: { arguments: '{"a"' } },
      { index: 0, function: { arguments: ":1}" } },
    ]);
  });

  test("one finish chunk with an empty delta", () => {
    expect(choices.filter(({ finish_reason }) => finish_reason !== null)).toEqual([
      { index: 0, delta: {}, finish_reason: "tool_calls" },
    ]);
  });

  test("the usage chunk has no choices and comes right before [DONE]", () => {
    expect(written.at(-2)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
    expect(written.at(-1)).toBe("[DONE]");
    expect(written.filter((chunk) => chunk.usage)).toHaveLength(1);
  });

  test("there is no usage chunk unless it was asked for", () => {
    expect(chunks(write(events, { includeUsage: false })).some((chunk) => chunk.usage)).toBe(false);
  });

  test("lines end in LF and have one space behind the colon", () => {
    expect(write(events)).toMatch(/^(?:data: [^\r\n]+\n\n)+$/u);
  });
});

test("our own id, model and time stand in where the reply has none", () => {
  const [first] = chunks(write([{ type: "text-delta", choice: 0, text: "Hi" }]));
  expect(first).toMatchObject({ id: "own", model: "own-model", created: 7 });
});

test("that several messages are one text here is not told", () => {
  const fields = { output_messages: [{ phase: "commentary" }] };
  const bound: DecodedEvent = { type: "metadata", choice: 0, fields };
  const said: DecodedEvent = { type: "text-delta", choice: 0, text: "Hi" };
  expect(write([bound, said, bound])).toBe(write([said]));
});

describe("a citation has all that strict readers want", () => {
  const page = { url: "https://example.com/hamlet", end_index: 18 };
  const given = {
    annotations: [
      { type: "url_citation", url_citation: page },
      { type: "file", file: { hash: "h" } },
    ],
  };
  const annotations = [
    { type: "url_citation", url_citation: { ...page, title: page.url, start_index: 0 } },
    { type: "file", file: { hash: "h" } },
  ];
  const { events, response } = decode(d({ content: "a" }) + d(given) + fin() + DONE);

  test("in a stream", () => {
    const deltas = chunks(write(events)).map(({ choices }) => choices?.[0]?.delta);
    expect(deltas).toContainEqual({ annotations });
  });

  test("in a whole reply", () => {
    expect(response && encodeChatResponse(response)).toMatchObject({ choices: [{ message: { annotations } }] });
  });
});

describe("fields nobody knows pass where they stood", () => {
  const body =
    d({ content: "a", annotations: [1] }, { stop_reason: null }, { system_fingerprint: "fp", obfuscation: "zzz" }) +
    fin("stop", { stop_reason: 7 }, { timings: { n: 1 } }) +
    DONE;
  const written = chunks(write(decode(body).events));

  test("of the message, the choice and the reply", () => {
    expect(written[0]).toMatchObject({ system_fingerprint: "fp" });
    expect(written[1].choices[0]).toEqual({
      index: 0,
      delta: { content: "a", annotations: [1] },
      stop_reason: null,
      finish_reason: null,
    });
    expect(written[2]).toMatchObject({
      timings: { n: 1 },
      choices: [{ delta: {}, stop_reason: 7, finish_reason: "stop" }],
    });
  });

  test("each once", () => {
    expect(JSON.stringify(written).match(/"fp"/gu)).toHaveLength(1);
  });

  test("but obfuscation does not", () => {
    const events: DecodedEvent[] = [{ type: "metadata", fields: { obfuscation: "zzz", a: 1 } }];
    expect(write([...events, ...decode(body).events])).not.toContain("zzz");
  });
});

test("log probabilities stand beside their text", () => {
  const written = chunks(
    write(decode(d({ content: "a" }, { logprobs: { content: [{ token: "a" }] } }) + fin()).events),
  );
  expect(written[1].choices[0]).toMatchObject({ delta: { content: "a" }, logprobs: { content: [{ token: "a" }] } });
});

test("a call has its own id, whatever the item of another dialect that it was had", () => {
  const extra = { id: "fc_1", namespace: "n" };
  const known = { id: "call_1", name: "f" };
  const [written] = chunks(
    write([
      { type: "start", id: "r", model: "m" },
      { type: "tool-call-start", choice: 0, index: 0, ...known, kind: "function", extra },
    ]),
  ).slice(-1);
  expect(written.choices[0].delta.tool_calls).toMatchObject([{ index: 0, id: "call_1", type: "function" }]);
  const call = { ...known, type: "function", arguments: "{}", extra } as const;
  expect(writeToolCall(call)).toMatchObject({ id: "call_1", type: "function" });
});

describe("183: a signature that has to be replayed", () => {
  const signature = { extra_content: { google: { thought_signature: "s" } } };
  const call = { index: 0, id: "x", function: { name: "f", arguments: "{}" } };

  test("goes out with the call", () => {
    const written = chunks(write(decode(d({ tool_calls: [{ ...call, ...signature }] }) + fin()).events));
    expect(written[1].choices[0].delta.tool_calls[0]).toMatchObject({ id: "x", ...signature });
    expect(JSON.stringify(written).match(/thought_signature/gu)).toHaveLength(1);
  });

  test("or behind it, where it came late", () => {
    const written = chunks(write(decode(d({ tool_calls: [call] }) + d(signature) + fin()).events));
    expect(written.flatMap((chunk) => chunk.choices?.[0]?.delta.tool_calls ?? []).at(-1)).toEqual({
      index: 0,
      ...signature,
    });
  });
});

describe("S8: a failure", () => {
  const failure = failureOf("rate_limit", "slow down", { upstream: { status: 429, code: "rpm", requestId: "q" } });
  const started: DecodedEvent[] = [
    { type: "start", id: "r", model: "m", created: 1 },
    { type: "text-delta", choice: 0, text: "Hi" },
  ];

  test("is an error event, and no [DONE] follows", () => {
    const written = chunks(write([...started, { type: "failure", failure }]));
    expect(written.at(-1)).toEqual({
      error: {
        message: "slow down",
        type: "rate_limit_error",
        code: "rate_limit",
        param: null,
        upstream: { status: 429, code: "rpm", request_id: "q" },
      },
    });
    expect(written).not.toContain("[DONE]");
  });

  test("comes behind the usage, where that is known and was asked for", () => {
    const usage: DecodedEvent = { type: "usage", usage: { promptTokens: 3, raw: { prompt_tokens: 3 } } };
    const written = chunks(write([...started, usage, { type: "failure", failure }]));
    expect(written.at(-2)).toMatchObject({ choices: [], usage: { prompt_tokens: 3 } });
    expect(written.at(-1)).toHaveProperty("error");
  });

  test("is read back as that failure, with what arrived", () => {
    const read = decode(write([...started, { type: "failure", failure }]));
    expect(read.failure).toMatchObject({ failure: { kind: "rate_limit", partial: true }, partial: { text: "Hi" } });
  });

  test("nothing is written after it", () => {
    const encoder = new ChatStreamEncoder(OPTIONS);
    encoder.encode([{ type: "failure", failure }]);
    expect(encoder.encode(started)).toBe("");
  });
});

test("95: an error of a real llama-server goes out in the reference's shape", () => {
  const { body } = recording("12-error-mid-stream.txt", "the shared cache runs out in the middle of a stream").reply;
  const written = chunks(write(decodeAll([encodeText(body)])));
  expect(written.at(-1)).toMatchObject({
    error: { type: "invalid_request_error", code: "context_overflow", param: null },
  });
});

test("usage goes out under the reference's names, with everything the server said", () => {
  const raw = { input_tokens: 3, output_tokens: 2, cached_tokens: 1, cost: 5 };
  const usage = { promptTokens: 3, completionTokens: 2, totalTokens: 5, cacheReadTokens: 1, raw };
  const events: DecodedEvent[] = [...decode(d({ content: "a" }) + fin()).events.slice(0, -1), { type: "usage", usage }];
  const finish = decode(d({ content: "a" }) + fin()).events.at(-1);
  const written = chunks(write(finish ? [...events, finish] : events));
  expect(written.at(-2)?.usage).toEqual({
    prompt_tokens: 3,
    completion_tokens: 2,
    total_tokens: 5,
    prompt_tokens_details: { cached_tokens: 1 },
    ...raw,
  });
});

test("a waiting client is kept with a comment", () => {
  expect(new ChatStreamEncoder(OPTIONS).keepAlive()).toBe(": keep-alive\n\n");
});
