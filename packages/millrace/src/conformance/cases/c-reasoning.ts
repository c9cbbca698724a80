import type { ConformanceCase } from "./conformance-case.ts";
import { call, calls, completion, delta, DONE, fin, json, stream, text, UNSTREAMED, usage, WHOLE } from "./replies.ts";

const EXTRACT = { replyRules: { thinkTags: "extract" } } as const;
const IMPLIED = { replyRules: { thinkTags: "extract-from-start" } } as const;
const said = (reasoning: string | undefined, answer: string) =>
  ({ choices: [{ text: answer, reasoning, finish: "stop" }], error: undefined }) as const;

const DETAILS = [
  { type: "reasoning.text", text: "Two and two", format: "anthropic-claude-v1", index: 0, signature: "c2ln" },
  { type: "reasoning.encrypted", data: "ZW5jcnlwdGVk", id: "rs_1", format: "openai-responses-v1", index: 1 },
];
const PIECES = [
  { type: "reasoning.text", text: "Two ", format: "anthropic-claude-v1", index: 0 },
  { type: "reasoning.text", text: "and two", format: "anthropic-claude-v1", index: 0 },
  { type: "reasoning.text", signature: "c2ln", format: "anthropic-claude-v1", index: 0 },
  { type: "reasoning.encrypted", data: "ZW5jcnlwdGVk", id: "rs_1", format: "openai-responses-v1", index: 1 },
];

/** Catalogue C, 129–137: reasoning, wherever a server puts it, and answers with nothing in them. */
export const REASONING_CASES: readonly ConformanceCase[] = [
  {
    number: 129,
    title: "tags cut anywhere are taken out, and none of their bytes leak",
    setup: EXTRACT,
    replies: [
      stream(text("<th"), text("ink>\nHm"), text("m</"), text("thi"), text("nk>\n"), text("\nHi"), fin(), DONE),
    ],
    expected: said("Hmm", "Hi"),
    library: {
      events: ["start", "reasoning-delta Hm", "reasoning-delta m", "text-delta Hi", "choice-finish", "finish"],
    },
  },
  {
    number: 129,
    variant: "off",
    title: "where that is off the text is left as it is",
    replies: [stream(text("<th"), text("ink>Hmm</thi"), text("nk>\n\nHi"), fin(), DONE)],
    expected: said(undefined, "<think>Hmm</think>\n\nHi"),
  },
  {
    number: 129,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: { ...EXTRACT, ...UNSTREAMED },
    replies: [json(completion({ content: "<think>\nHmm</think>\n\nHi" }))],
    expected: said("Hmm", "Hi"),
  },
  {
    number: 130,
    title: "where the template has opened the tag, everything before its end is reasoning",
    setup: IMPLIED,
    replies: [stream(text("Hm"), text("m</think>"), text("\n\nHi"), fin(), DONE)],
    expected: said("Hmm", "Hi"),
  },
  {
    number: 130,
    variant: "not known",
    title: "elsewhere the end of a tag is text",
    setup: EXTRACT,
    replies: [stream(text("Hm"), text("m</think>"), text("\n\nHi"), fin(), DONE)],
    expected: said(undefined, "Hmm</think>\n\nHi"),
  },
  {
    number: 130,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: { ...IMPLIED, ...UNSTREAMED },
    replies: [json(completion({ content: "Hmm</think>\n\nHi" }))],
    expected: said("Hmm", "Hi"),
  },
  ...["stop", "length"].map((reason): ConformanceCase => ({
    number: 131,
    variant: reason,
    title: `a tag that is never closed before ${reason}: reasoning, no text, and that is told`,
    setup: EXTRACT,
    replies: [stream(text("<think>Hm"), text("m"), fin(reason), DONE)],
    expected: { choices: [{ text: "", reasoning: "Hmm", finish: reason }], error: undefined },
    library: { warnings: ["unclosed-reasoning", "only-reasoning"] },
  })),
  {
    number: 131,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: { ...EXTRACT, ...UNSTREAMED },
    replies: [json(completion({ content: "<think>Hmm" }))],
    expected: said("Hmm", ""),
    library: { warnings: ["unclosed-reasoning", "only-reasoning"] },
  },
  {
    number: 132,
    title: "a tag later in the text is text",
    setup: EXTRACT,
    replies: [stream(text("Write `<think>"), text("Hmm</think>` "), text("like so."), fin(), DONE)],
    expected: said(undefined, "Write `<think>Hmm</think>` like so."),
  },
  {
    number: 132,
    variant: "behind reasoning",
    title: "and so behind reasoning",
    setup: EXTRACT,
    replies: [stream(text("<think>Hmm</think>Write <think>x</think>."), fin(), DONE)],
    expected: said("Hmm", "Write <think>x</think>."),
  },
  {
    number: 133,
    title: "the same reasoning under two names is said once",
    replies: [
      stream(
        delta({ reasoning_content: "Hm", reasoning: "Hm" }),
        delta({ reasoning_content: "m", reasoning: "m" }),
        text("Hi"),
        fin(),
        DONE,
      ),
    ],
    expected: said("Hmm", "Hi"),
  },
  ...["reasoning_content", "reasoning", "reasoning_text"].map((field): ConformanceCase => ({
    number: 133,
    variant: field,
    title: `reasoning as ${field}`,
    replies: [stream(delta({ [field]: "Hm" }), delta({ [field]: "m" }), text("Hi"), fin(), DONE)],
    expected: said("Hmm", "Hi"),
  })),
  {
    number: 133,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ reasoning_content: "Hmm", reasoning: "Hmm", content: "Hi" }))],
    expected: said("Hmm", "Hi"),
  },
  {
    number: 134,
    title: "reasoning behind text and between calls keeps its place",
    replies: [
      stream(
        delta({ reasoning_content: "a" }),
        text("b"),
        delta({ reasoning_content: "c" }),
        calls(call(0, "x", "f", "{}")),
        delta({ reasoning_content: "d" }),
        calls(call(1, "y", "g", "{}")),
        fin("tool_calls"),
        DONE,
      ),
    ],
    expected: {
      choices: [{ text: "b", reasoning: "acd", toolCalls: [{ id: "x" }, { id: "y" }], finish: "tool_calls" }],
      error: undefined,
    },
    library: {
      events: [
        "start",
        "reasoning-delta a",
        "text-delta b",
        "reasoning-delta c",
        "tool-call-start f",
        "tool-call-delta {}",
        "reasoning-delta d",
        "tool-call-start g",
        "tool-call-delta {}",
        "tool-call-end",
        "tool-call-end",
        "choice-finish",
        "finish",
      ],
    },
  },
  {
    number: 135,
    title: "opaque blocks are put together by their index, ready to be sent back",
    replies: [stream(...PIECES.map((piece) => delta({ reasoning_details: [piece] })), text("Four."), fin(), DONE)],
    expected: { choices: [{ text: "Four.", finish: "stop" }], error: undefined },
    library: { choices: [{ text: "Four.", reasoningDetails: DETAILS }] },
    // A client of a stream gets the pieces as they came, and puts them together itself.
    gateway: { choices: [{ text: "Four.", reasoningDetails: PIECES }] },
  },
  {
    number: 135,
    variant: "whole",
    title: "and stand in a whole reply as they came",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "Four.", reasoning_details: DETAILS }))],
    expected: { choices: [{ text: "Four.", reasoningDetails: DETAILS }], error: undefined },
  },
  {
    number: 135,
    variant: "added up",
    title: "and so where the server streams and the caller wants one reply",
    ask: WHOLE,
    replies: [stream(...PIECES.map((piece) => delta({ reasoning_details: [piece] })), text("Four."), fin(), DONE)],
    expected: { choices: [{ text: "Four.", reasoningDetails: DETAILS }], error: undefined },
  },
  {
    number: 136,
    title: "an answer that is only in the reasoning is told as that",
    replies: [stream(delta({ role: "assistant", content: "", reasoning_content: '{"ok":true}' }), fin(), DONE)],
    expected: said('{"ok":true}', ""),
    library: { warnings: ["only-reasoning"] },
  },
  {
    number: 136,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "", reasoning_content: '{"ok":true}' }))],
    expected: said('{"ok":true}', ""),
    library: { warnings: ["only-reasoning"] },
  },
  {
    number: 137,
    title: "nothing but a finish reason is an empty success, and that is told",
    replies: [stream(delta({ role: "assistant", content: "" }), fin(), usage(4096, 0), DONE)],
    expected: {
      choices: [{ text: "", toolCalls: [], finish: "stop" }],
      usage: { promptTokens: 4096 },
      error: undefined,
    },
    library: { warnings: ["empty"] },
    gateway: { status: 200, done: true },
  },
  {
    number: 137,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [json(completion({ content: "" }))],
    expected: { choices: [{ text: "", toolCalls: [], finish: "stop" }], error: undefined },
    library: { warnings: ["empty"] },
    gateway: { status: 200 },
  },
];
