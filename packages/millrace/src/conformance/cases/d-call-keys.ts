import type { JsonObject } from "../../model/json.ts";
import type { ConformanceCase, Reply } from "./conformance-case.ts";
import { answersWith, called, MADE_ID } from "./expected-calls.ts";
import { call, calls, completion, delta, DONE, fin, json, piece, stream, UNSTREAMED, WHOLE } from "./replies.ts";

const A = '{"a":1}';
const B = '{"b":2}';
const ended = (...chunks: readonly string[]): Reply => stream(...chunks, fin("tool_calls"), DONE);
const whole = (...toolCalls: readonly JsonObject[]): Reply =>
  json(completion({ content: null, tool_calls: toolCalls }, { finish_reason: "tool_calls" }));
/** A call as servers without indexes have it. */
const unindexed = (id: string, name: string, text: string) => ({
  id,
  type: "function",
  function: { name, arguments: text },
});
/** A piece of the first call with its name, which came before or comes late. */
const named = (name: string, text?: string) => ({ index: 0, function: { name, arguments: text } });
const unnamed = (text: string) => ({ function: { arguments: text } });

/** Catalogue D, 147–164: which call a piece belongs to. */
export const CALL_KEY_CASES: readonly ConformanceCase[] = [
  {
    number: 147,
    title: "id and name first, then the arguments in pieces",
    replies: [ended(calls(call(0, "x", "f")), calls(piece(0, '{"a"')), calls(piece(0, ":1}")))],
    expected: answersWith(called("x", "f", A, { problem: undefined })),
    library: {
      events: [
        "start",
        "tool-call-start f",
        'tool-call-delta {"a"',
        "tool-call-delta :1}",
        "tool-call-end",
        "choice-finish",
        "finish",
      ],
    },
  },
  {
    number: 147,
    variant: "added up",
    title: "and so where the server streams and the caller wants one reply",
    ask: WHOLE,
    replies: [ended(calls(call(0, "x", "f")), calls(piece(0, '{"a"')), calls(piece(0, ":1}")))],
    expected: answersWith(called("x", "f", A)),
  },
  {
    number: 148,
    title: "a whole call in one chunk: start, arguments and end",
    replies: [ended(calls(call(0, "x", "f", A)))],
    expected: answersWith(called("x", "f", A)),
    library: {
      events: ["start", "tool-call-start f", `tool-call-delta ${A}`, "tool-call-end", "choice-finish", "finish"],
    },
  },
  {
    number: 149,
    title: "two whole calls in one chunk",
    replies: [ended(calls(call(0, "x", "f", A), call(1, "y", "g", B)))],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 149,
    variant: "whole",
    title: "two calls in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [whole(unindexed("x", "f", A), unindexed("y", "g", B))],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 150,
    title: "no index, and two calls in two chunks",
    replies: [ended(calls(unindexed("x", "f", A)), calls(unindexed("y", "f", B)))],
    expected: answersWith(called("x", "f", A), called("y", "f", B)),
  },
  {
    number: 150,
    variant: "no id either",
    title: "neither index nor id: a name behind closed arguments begins the next call",
    replies: [ended(calls(unindexed("", "f", A)), calls(unindexed("", "f", B)))],
    expected: answersWith(called(MADE_ID, "f", A), called(MADE_ID, "f", B)),
  },
  {
    number: 151,
    title: "no index, and the arguments in pieces",
    replies: [
      ended(
        calls(unindexed("x", "f", "")),
        calls(unnamed('{"a"')),
        calls(unnamed(":1}")),
        calls(unindexed("y", "g", '{"b"')),
        calls(unnamed(":2}")),
      ),
    ],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 152,
    title: "index 0 for all, with an id each",
    replies: [ended(calls(call(0, "x", "f", "{}")), calls(call(0, "y", "f", "{}")))],
    expected: answersWith(called("x", "f", "{}"), called("y", "f", "{}")),
  },
  {
    number: 153,
    variant: "from 1",
    title: "indexes that begin at 1",
    replies: [ended(calls(call(1, "x", "f")), calls(piece(1, A)), calls(call(2, "y", "g")), calls(piece(2, B)))],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 153,
    variant: "gap",
    title: "indexes with a gap",
    replies: [ended(calls(call(0, "x", "f")), calls(call(2, "y", "g")), calls(piece(0, A)), calls(piece(2, B)))],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 154,
    title: "the same index again with a new id is a new call",
    replies: [ended(calls(call(0, "x", "f")), calls(piece(0, A)), calls(call(0, "y", "f")), calls(piece(0, B)))],
    expected: answersWith(called("x", "f", A), called("y", "f", B)),
  },
  {
    number: 155,
    title: "the same id in every chunk is one call",
    replies: [
      ended(calls(call(0, "x", "f", '{"a"')), calls(call(0, "x", "f", ":1")), calls(piece(0, "}", { id: "x" }))),
    ],
    expected: answersWith(called("x", "f", A)),
  },
  {
    number: 156,
    title: "an empty id in later chunks belongs to the call that is open",
    replies: [
      ended(
        calls(call(0, "x", "f")),
        calls(piece(0, '{"a"', { id: "", type: "function" })),
        calls(piece(0, ":1}", { id: "", type: "function" })),
        calls(call(1, "y", "g")),
        calls(piece(1, B, { id: "", type: "function" })),
      ),
    ],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 157,
    variant: "empty",
    title: "an empty id on the first chunk of two calls: each gets one of its own",
    replies: [ended(calls(call(0, "", "f")), calls(piece(0, A)), calls(call(1, "", "f")), calls(piece(1, B)))],
    expected: answersWith(called(MADE_ID, "f", A), called(MADE_ID, "f", B)),
  },
  {
    number: 157,
    variant: "null",
    title: "and so where it is null",
    replies: [
      ended(
        calls(call(0, "", "f", "", { id: null })),
        calls(piece(0, A)),
        calls(call(1, "", "f", "", { id: null })),
        calls(piece(1, B)),
      ),
    ],
    expected: answersWith(called(MADE_ID, "f", A), called(MADE_ID, "f", B)),
  },
  {
    number: 157,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [whole(unindexed("", "f", A), { function: { name: "f", arguments: B } })],
    expected: answersWith(called(MADE_ID, "f", A), called(MADE_ID, "f", B)),
  },
  {
    number: 158,
    title: "never an id, and the name in every chunk: one call, its name once",
    replies: [ended(...["", '{"a"', ":1}", ""].map((text) => calls(named("f", text))))],
    expected: answersWith(called(MADE_ID, "f", A)),
  },
  {
    number: 159,
    title: "one id on two calls with different indexes: the second gets one of its own",
    replies: [ended(calls(call(0, "x", "f", A), call(1, "x", "g", '{"b"')), calls(piece(1, ":2}", { id: "x" })))],
    expected: answersWith(called("x", "f", A), called(/^(?!x$)/u, "g", B)),
  },
  {
    number: 159,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [whole(unindexed("x", "f", A), unindexed("x", "f", B))],
    expected: answersWith(called("x", "f", A), called(/^(?!x$)/u, "f", B)),
  },
  {
    number: 160,
    title: "an empty name in later chunks changes nothing",
    replies: [
      ended(
        calls(call(0, "x", "f")),
        calls({ index: 0, function: { name: "", arguments: '{"a"' } }),
        calls({ index: 0, function: { name: "", arguments: ":1}" } }),
      ),
    ],
    expected: answersWith(called("x", "f", A)),
  },
  {
    number: 161,
    title: "a call is held until its name comes",
    replies: [
      ended(
        calls({ index: 0, id: "x", type: "function", function: { arguments: '{"a"' } }),
        calls(named("f", ":1")),
        calls(piece(0, "}")),
      ),
    ],
    expected: answersWith(called("x", "f", A)),
    library: {
      events: [
        "start",
        "tool-call-start f",
        'tool-call-delta {"a":1',
        "tool-call-delta }",
        "tool-call-end",
        "choice-finish",
        "finish",
      ],
    },
  },
  {
    number: 161,
    variant: "another call meanwhile",
    title: "and with it the next call, so that they begin in order",
    replies: [
      ended(
        calls({ index: 0, id: "x", type: "function", function: { arguments: A } }),
        calls(call(1, "y", "g", B)),
        calls(named("f")),
      ),
    ],
    expected: answersWith(called("x", "f", A), called("y", "g", B)),
  },
  {
    number: 162,
    title: "a call whose name never comes is an error that says which",
    replies: [ended(calls({ index: 0, id: "call_7", type: "function", function: { arguments: A } }))],
    expected: { error: { code: "protocol", message: /call_7/u } },
  },
  {
    number: 162,
    variant: "whole",
    title: "and so in a whole reply",
    ask: WHOLE,
    setup: UNSTREAMED,
    replies: [whole({ id: "call_7", type: "function", function: { arguments: A } })],
    expected: { error: { code: "protocol", message: /call_7/u } },
    gateway: { status: 502 },
  },
  {
    number: 163,
    title: "a name in pieces is joined where the server is known to send it so",
    setup: { replyRules: { toolNameInPieces: true } },
    replies: [ended(calls(call(0, "x", "get_")), calls(named("weather")), calls(piece(0, A)))],
    expected: answersWith(called("x", "get_weather", A)),
    library: {
      events: [
        "start",
        "tool-call-start get_weather",
        `tool-call-delta ${A}`,
        "tool-call-end",
        "choice-finish",
        "finish",
      ],
    },
  },
  {
    number: 163,
    variant: "not known",
    title: "elsewhere the first name counts",
    replies: [ended(calls(call(0, "x", "get_weather")), calls(named("weather")), calls(piece(0, A)))],
    expected: answersWith(called("x", "get_weather", A)),
  },
  {
    number: 164,
    title: "id, name and type again in the last chunk, with the rest of the arguments",
    replies: [
      stream(
        calls(call(0, "x", "f")),
        calls(piece(0, '{"a"')),
        delta({ tool_calls: [call(0, "x", "f", ":1}")] }, { finish_reason: "tool_calls" }),
        DONE,
      ),
    ],
    expected: answersWith(called("x", "f", A)),
  },
];
