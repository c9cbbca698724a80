import { describe, expect, test } from "vitest";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { CallsEnd, ToolCallDelta } from "./open-call.ts";
import { ReplyFault } from "./reply-fault.ts";
import { ToolCallAssembler } from "./tool-calls.ts";

interface Run {
  readonly events: readonly StreamEvent[];
  readonly calls: readonly ToolCall[];
}

interface Options {
  readonly nameInPieces?: boolean;
  readonly maxCalls?: number;
  readonly end?: CallsEnd;
}

function assembler({ nameInPieces = false, maxCalls = 100 }: Options = {}): ToolCallAssembler {
  let made = 0;
  return new ToolCallAssembler({ choice: 0, nameInPieces, maxCalls, makeId: () => `made-${++made}` });
}

function run(chunks: readonly (readonly ToolCallDelta[])[], options: Options = {}): Run {
  const calls = assembler(options);
  const events = [...chunks.flatMap((deltas) => calls.push(deltas)), ...calls.finish(options.end ?? "complete")];
  return { events, calls: events.flatMap((event) => (event.type === "tool-call-end" ? [event.call] : [])) };
}

/** `id name(arguments)` of each call: what a table row can show. */
function shown({ calls }: Run): string[] {
  return calls.map((call) => `${call.id} ${call.name}(${call.arguments})`);
}

const A = '{"a":1}';
const B = '{"b":2}';

interface Case {
  readonly row: string;
  readonly chunks: readonly (readonly ToolCallDelta[])[];
  readonly calls: readonly string[];
}

const CASES: readonly Case[] = [
  {
    row: "147 one call, then argument pieces",
    chunks: [
      [{ index: 0, id: "x", name: "f", arguments: "" }],
      [{ index: 0, arguments: '{"a"' }],
      [{ index: 0, arguments: ":1}" }],
    ],
    calls: [`x f(${A})`],
  },
  {
    row: "148 a whole call in one chunk",
    chunks: [[{ index: 0, id: "x", name: "f", arguments: A }]],
    calls: [`x f(${A})`],
  },
  {
    row: "149 two whole calls in one delta",
    chunks: [
      [
        { index: 0, id: "x", name: "f", arguments: A },
        { index: 1, id: "y", name: "g", arguments: B },
      ],
    ],
    calls: [`x f(${A})`, `y g(${B})`],
  },
  {
    row: "150 no index, two calls in two chunks",
    chunks: [[{ id: "x", name: "f", arguments: A }], [{ id: "y", name: "g", arguments: B }]],
    calls: [`x f(${A})`, `y g(${B})`],
  },
  {
    row: "150 no index and no id, two calls in two chunks",
    chunks: [[{ id: "", name: "f", arguments: A }], [{ id: "", name: "f", arguments: B }]],
    calls: [`made-1 f(${A})`, `made-2 f(${B})`],
  },
  {
    row: "150 no index and no id, and the first call takes no arguments",
    chunks: [[{ name: "f", arguments: "" }], [{ name: "g", arguments: B }]],
    calls: ["made-1 f({})", `made-2 g(${B})`],
  },
  {
    row: "151 no index, arguments over several chunks",
    chunks: [[{ id: "x", name: "f" }], [{ arguments: '{"a"' }], [{ arguments: ":1}" }]],
    calls: [`x f(${A})`],
  },
  {
    row: "152 index 0 for all, different ids",
    chunks: [[{ index: 0, id: "x", name: "f", arguments: A }], [{ index: 0, id: "y", name: "g", arguments: B }]],
    calls: [`x f(${A})`, `y g(${B})`],
  },
  {
    row: "153 indexes that start at 1 and have gaps",
    chunks: [[{ index: 1, id: "x", name: "f", arguments: A }], [{ index: 3, id: "y", name: "g", arguments: B }]],
    calls: [`x f(${A})`, `y g(${B})`],
  },
  {
    row: "154 the same index again with a new id",
    chunks: [
      [{ index: 0, id: "x", name: "f", arguments: "" }],
      [{ index: 0, arguments: A }],
      [{ index: 0, id: "y", name: "g", arguments: "" }],
      [{ index: 0, arguments: B }],
    ],
    calls: [`x f(${A})`, `y g(${B})`],
  },
  {
    row: "155 the same id in every chunk",
    chunks: [
      [{ index: 0, id: "x", name: "f", arguments: '{"a"' }],
      [{ index: 0, id: "x", name: "f", arguments: ":1}" }],
    ],
    calls: [`x f(${A})`],
  },
  {
    row: "156 an empty id in later chunks",
    chunks: [
      [{ index: 0, id: "x", name: "f", arguments: "" }],
      [{ index: 0, id: "", arguments: A }],
      [{ index: 1, id: "y", name: "g", arguments: "" }],
      [{ index: 1, id: "", arguments: B }],
    ],
    calls: [`x f(${A})`, `y g(${B})`],
  },
  {
    row: "157 an empty id on the first chunk of two calls",
    chunks: [
      [{ index: 0, id: "", name: "f", arguments: "" }],
      [{ index: 0, id: "", arguments: A }],
      [{ index: 1, id: "", name: "f", arguments: "" }],
      [{ index: 1, id: "", arguments: B }],
    ],
    calls: [`made-1 f(${A})`, `made-2 f(${B})`],
  },
  {
    row: "158 never an id, the name in every chunk",
    chunks: [
      [{ index: 0, name: "f", arguments: "" }],
      [{ index: 0, name: "f", arguments: '{"a"' }],
      [{ index: 0, name: "f", arguments: ":1}" }],
      [{ index: 0, name: "f", arguments: "" }],
    ],
    calls: [`made-1 f(${A})`],
  },
  {
    row: "158 never an id, always index 0, and a second call begins when the first is closed",
    chunks: [
      [{ index: 0, name: "f", arguments: A }],
      [{ index: 0, name: "f", arguments: '{"b"' }],
      [{ index: 0, name: "f", arguments: ":2}" }],
    ],
    calls: [`made-1 f(${A})`, `made-2 f(${B})`],
  },
  {
    row: "158 never an id, always index 0, and a name alone begins the second call",
    chunks: [
      [{ index: 0, name: "f", arguments: "" }],
      [{ index: 0, arguments: A }],
      [{ index: 0, name: "f", arguments: "" }],
      [{ index: 0, arguments: B }],
    ],
    calls: [`made-1 f(${A})`, `made-2 f(${B})`],
  },
  {
    row: "158 never an id, and the name comes alone behind the arguments",
    chunks: [[{ index: 0, name: "f", arguments: A }], [{ index: 0, name: "f" }], [{ index: 0, arguments: "\n" }]],
    calls: [`made-1 f(${A}\n)`],
  },
  {
    row: "159 one id for two parallel calls",
    chunks: [
      [
        { index: 0, id: "x", name: "f", arguments: A },
        { index: 1, id: "x", name: "g", arguments: '{"b"' },
      ],
      [{ index: 1, id: "x", arguments: ":2}" }],
    ],
    calls: [`x f(${A})`, `made-1 g(${B})`],
  },
  {
    row: "159 one id and one index for two whole calls",
    chunks: [[{ index: 0, id: "x", name: "f", arguments: A }], [{ index: 0, id: "x", name: "g", arguments: B }]],
    calls: [`x f(${A})`, `made-1 g(${B})`],
  },
  {
    row: "160 an empty name in later chunks",
    chunks: [[{ index: 0, id: "x", name: "f", arguments: "" }], [{ index: 0, name: "", arguments: A }]],
    calls: [`x f(${A})`],
  },
  {
    row: "161 the name comes after the first arguments",
    chunks: [[{ index: 0, id: "x", arguments: '{"a"' }], [{ index: 0, name: "f", arguments: ":1}" }]],
    calls: [`x f(${A})`],
  },
  {
    row: "163 a second name before any argument changes nothing by default",
    chunks: [[{ index: 0, id: "x", name: "get_" }], [{ index: 0, name: "weather" }], [{ index: 0, arguments: A }]],
    calls: [`x get_(${A})`],
  },
  {
    row: "164 id and name again in the last chunk, with leftover arguments",
    chunks: [
      [{ index: 0, id: "x", name: "f", arguments: '{"a"' }],
      [{ index: 0, id: "x", name: "f", arguments: ":1}" }],
      [{ index: 0, id: "x", name: "f", arguments: "" }],
    ],
    calls: [`x f(${A})`],
  },
  {
    row: "164 id and name again behind closed arguments, with more of them",
    chunks: [[{ index: 0, id: "x", name: "f", arguments: A }], [{ index: 0, id: "x", name: "f", arguments: B }]],
    calls: [`x f(${A}${B})`],
  },
  {
    row: "164 the name alone again, where there was an id",
    chunks: [[{ index: 0, id: "x", name: "f", arguments: A }], [{ index: 0, name: "f", arguments: B }]],
    calls: [`x f(${A}${B})`],
  },
  {
    row: "166 no arguments at all",
    chunks: [[{ index: 0, id: "x", name: "f" }]],
    calls: ["x f({})"],
  },
  {
    row: "168 more text for a call whose arguments were closed",
    chunks: [[{ index: 0, id: "x", name: "f", arguments: A }], [{ index: 0, arguments: " " }]],
    calls: [`x f(${A} )`],
  },
  {
    row: "169 an empty chunk after a whole call",
    chunks: [
      [{ index: 0, id: "x", name: "f", arguments: A }],
      [{ index: 0, id: "", name: "", arguments: "" }],
      [{ index: 1, arguments: "" }],
    ],
    calls: [`x f(${A})`],
  },
  {
    row: "170 two calls at once",
    chunks: [
      [{ index: 0, id: "x", name: "f" }],
      [{ index: 1, id: "y", name: "g" }],
      [
        { index: 0, arguments: '{"a"' },
        { index: 1, arguments: '{"b"' },
      ],
      [{ index: 1, arguments: ":2}" }],
      [{ index: 0, arguments: ":1}" }],
    ],
    calls: [`x f(${A})`, `y g(${B})`],
  },
  {
    row: "an id that comes late belongs to the call at its index",
    chunks: [[{ index: 0, name: "f", arguments: '{"a"' }], [{ index: 0, id: "x", arguments: ":1}" }]],
    calls: [`made-1 f(${A})`],
  },
  {
    row: "an index that comes late belongs to the last call",
    chunks: [[{ id: "x", name: "f" }], [{ index: 0, arguments: A }]],
    calls: [`x f(${A})`],
  },
];

test.each(CASES)("conformance case $row", ({ chunks, calls }) => {
  expect(shown(run(chunks))).toEqual(calls);
});

test.each(CASES)("the pieces of each call add up to its arguments: $row", ({ chunks }) => {
  const { events, calls } = run(chunks);
  const texts = calls.map((_, index) =>
    events.map((event) => (event.type === "tool-call-delta" && event.index === index ? event.text : "")).join(""),
  );
  expect(texts).toEqual(calls.map((call) => call.arguments));
});

test.each(CASES)("calls start once and are counted from 0 without gaps: $row", ({ chunks, calls }) => {
  const starts = run(chunks).events.filter((event) => event.type === "tool-call-start");
  expect(starts.map(({ index }) => index)).toEqual(calls.map((_, index) => index));
});

describe("a single call goes out as it comes", () => {
  test("S22: start, pieces and end", () => {
    const { events } = run([[{ index: 0, id: "x", name: "f", arguments: '{"a"' }], [{ index: 0, arguments: ":1}" }]]);
    expect(events).toEqual([
      { type: "tool-call-start", choice: 0, index: 0, id: "x", name: "f", kind: "function" },
      { type: "tool-call-delta", choice: 0, index: 0, text: '{"a"' },
      { type: "tool-call-delta", choice: 0, index: 0, text: ":1}" },
      {
        type: "tool-call-end",
        choice: 0,
        index: 0,
        call: { id: "x", type: "function", name: "f", arguments: A, input: { a: 1 } },
      },
    ]);
  });

  test("nothing before its name is known", () => {
    const calls = assembler();
    expect(calls.push([{ index: 0, id: "x", arguments: '{"a"' }])).toEqual([]);
    expect(calls.push([{ index: 0, name: "f" }]).map(({ type }) => type)).toEqual([
      "tool-call-start",
      "tool-call-delta",
    ]);
  });
});

test("S10: an empty name or id in a later delta does not overwrite the good one", () => {
  const late = { index: 0, id: "", name: "", arguments: A };
  expect(shown(run([[{ index: 0, id: "x", name: "f" }], [late]]))).toEqual([`x f(${A})`]);
});

test("S11: a call without an id is kept, under an id of our own", () => {
  expect(shown(run([[{ index: 0, name: "f", arguments: A }]]))).toEqual([`made-1 f(${A})`]);
});

test("conformance case 162: a call whose name never comes is a protocol failure that says which", () => {
  expect(() => run([[{ index: 0, id: "call_7", arguments: A }]])).toThrow(ReplyFault);
  expect(() => run([[{ index: 0, id: "call_7", arguments: A }]])).toThrow(/"call_7"/u);
  expect(() => run([[{ index: 0, arguments: A }]])).toThrow(/number 1/u);
});

test("conformance case 163: names in pieces are joined where the server is known to send them so", () => {
  const chunks = [
    [{ index: 0, id: "x", name: "get_" }],
    [{ index: 0, name: "weather" }],
    [{ index: 0, name: "get_weather", arguments: A }],
  ];
  const { events, calls } = run(chunks, { nameInPieces: true });
  expect(calls.map(({ name }) => name)).toEqual(["get_weather"]);
  expect(events[0]).toMatchObject({ type: "tool-call-start", name: "get_weather" });
});

describe("how arguments are judged", () => {
  const end = (text: string, how: CallsEnd = "complete"): ToolCall | undefined =>
    run([[{ index: 0, id: "x", name: "f", arguments: text }]], { end: how }).calls[0];

  test.each([
    ["an object", A, { input: { a: 1 } }],
    ["N11, 174: two objects", `${A}${B}`, { problem: "not-json" }],
    ["N11, 174: a trailing comma", '{"a":1,}', { problem: "not-json" }],
    ["176: a raw line break in a string", '{"a":"\n"}', { problem: "not-json" }],
    ["N11: a number", "7", { problem: "not-an-object" }],
    ["167: JSON in a JSON string", JSON.stringify(A), { problem: "not-an-object" }],
  ])("%s", (_, text, judged) => {
    expect(end(text)).toEqual({ id: "x", type: "function", name: "f", arguments: text, ...judged });
  });

  test("167: JSON in a JSON string is flagged and left as it is", () => {
    const { events } = run([[{ index: 0, id: "x", name: "f", arguments: JSON.stringify(A) }]]);
    expect(events.at(-1)).toMatchObject({ type: "warning", warning: { code: "double-encoded-arguments" } });
  });

  test("the input of a custom tool is free text", () => {
    const { calls } = run([[{ index: 0, id: "x", name: "f", kind: "custom", arguments: "ls -l" }]]);
    expect(calls).toEqual([{ id: "x", type: "custom", name: "f", arguments: "ls -l" }]);
  });

  test("173: the call being written when the answer was cut is incomplete, even if it looks whole", () => {
    expect(end('{"a":', "cut")).toMatchObject({ arguments: '{"a":', problem: "incomplete" });
    expect(end(A, "cut")).toMatchObject({ problem: "incomplete" });
    expect(end("", "cut")).toMatchObject({ arguments: "", problem: "incomplete" });
  });

  test("173: a call that was closed before the one that was cut is whole", () => {
    const chunks = [
      [{ index: 0, id: "x", name: "f", arguments: A }],
      [{ index: 1, id: "y", name: "g", arguments: '{"b' }],
    ];
    expect(run(chunks, { end: "cut" }).calls).toMatchObject([{ input: { a: 1 } }, { problem: "incomplete" }]);
  });

  test("an emoji cut between two deltas is put together", () => {
    const [high, low] = ["😀".slice(0, 1), "😀".slice(1)];
    const { calls } = run([
      [{ index: 0, id: "x", name: "f", arguments: `{"a":"${high}` }],
      [{ index: 0, arguments: `${low}"}` }],
    ]);
    expect(calls[0]?.input).toEqual({ a: "😀" });
  });
});

describe("fields without a name here", () => {
  test("183: a signature on the call is known when it starts", () => {
    const extra = { extra_content: { google: { thought_signature: "s" } } };
    const { events, calls } = run([[{ index: 0, id: "x", name: "f", arguments: A, extra }]]);
    expect(events[0]).toMatchObject({ type: "tool-call-start", extra });
    expect(calls[0]).toMatchObject({ extra });
  });

  test("183: a signature that follows in a delta of its own is attached to the last call", () => {
    const extra = { extra_content: { google: { thought_signature: "s" } } };
    const { calls } = run([[{ index: 0, id: "x", name: "f", arguments: A }], [{ extra }]]);
    expect(calls).toMatchObject([{ id: "x", extra }]);
  });
});

describe("a call that its server says is whole", () => {
  const begin = (index: number, args: string): ToolCallDelta => ({
    index,
    id: `x${index}`,
    name: "f",
    arguments: args,
  });
  const ends = (events: readonly StreamEvent[]): readonly unknown[] =>
    events.flatMap((event) => (event.type === "tool-call-end" ? [[event.index, event.call.arguments]] : []));

  test("ends then, once, and nothing is added to it", () => {
    const calls = assembler();
    calls.push([begin(0, A), begin(1, '{"b"')]);
    expect(ends(calls.end(0))).toEqual([[0, A]]);
    expect(calls.push([{ index: 0, arguments: "more" }])).toEqual([]);
    expect(calls.end(0)).toEqual([]);
    calls.push([{ index: 1, arguments: ":2}" }]);
    expect(ends(calls.finish("complete"))).toEqual([[1, B]]);
  });

  test.each(["", '{"a', '{"a":}', "1"])("ends when another begins where its arguments may be cut: %j", (args) => {
    const calls = assembler();
    calls.push([begin(0, args)]);
    expect(ends(calls.end(0))).toEqual([]);
    expect(ends(calls.push([begin(1, B)]))).toEqual([[0, args || "{}"]]);
  });

  test.each(["", '{"a'])("is not whole where the answer was cut at it, for that is said as well: %j", (args) => {
    const calls = assembler();
    calls.push([begin(0, args)]);
    calls.end(0);
    expect(calls.finish("cut")).toMatchObject([{ type: "tool-call-end", call: { problem: "incomplete" } }]);
  });

  test("is whole whatever it says, where that is free text", () => {
    const calls = assembler();
    calls.push([{ ...begin(0, "ls {"), kind: "custom" }]);
    expect(ends(calls.end(0))).toEqual([[0, "ls {"]]);
  });

  test("waits for the one before it to begin", () => {
    const calls = assembler();
    calls.push([{ index: 0, id: "x0" }, begin(1, B)]);
    expect(calls.end(1)).toEqual([]);
    const events = calls.push([{ index: 0, name: "f" }]);
    expect(events.map((event) => event.type)).toEqual([
      "tool-call-start",
      "tool-call-start",
      "tool-call-delta",
      "tool-call-end",
    ]);
  });

  test("is nothing where no such call is", () => {
    expect(assembler().end(7)).toEqual([]);
  });
});

test("161: a call that has no name yet holds up the next one, so that they start in order", () => {
  const calls = assembler();
  expect(
    calls.push([
      { index: 0, id: "x", arguments: A },
      { index: 1, id: "y", name: "g", arguments: B },
    ]),
  ).toEqual([]);
  const starts = calls.push([{ index: 0, name: "f" }]).filter((event) => event.type === "tool-call-start");
  expect(starts.map(({ index, id, name }) => [index, id, name])).toEqual([
    [0, "x", "f"],
    [1, "y", "g"],
  ]);
});

test("162, 173: a call that has no name when the answer is cut is left out, and the next one is the first", () => {
  const chunks = [[{ index: 0, id: "x", arguments: A }], [{ index: 1, id: "y", name: "g", arguments: '{"b' }]];
  const { events, calls } = run(chunks, { end: "cut" });
  expect(calls.map(({ id }) => id)).toEqual(["y"]);
  expect(events[0]).toMatchObject({ type: "tool-call-start", index: 0, id: "y" });
});

test("173: an earlier call that is merely named again is not the one being written", () => {
  const chunks = [
    [{ index: 0, id: "x", name: "f", arguments: A }],
    [{ index: 1, id: "y", name: "g", arguments: "" }],
    [{ index: 0, id: "x", name: "f", arguments: "" }],
  ];
  expect(run(chunks, { end: "cut" }).calls).toMatchObject([{ input: { a: 1 } }, { problem: "incomplete" }]);
});

test("173, 183: a signature that follows for an earlier call leaves the later one the unfinished one", () => {
  const chunks = [
    [{ index: 0, id: "x", name: "f", arguments: A }],
    [{ index: 1, id: "y", name: "g", arguments: B }],
    [{ index: 0, extra: { extra_content: "s" } }],
  ];
  expect(run(chunks, { end: "cut" }).calls).toMatchObject([{ input: { a: 1 } }, { problem: "incomplete" }]);
});

describe("S9: what a hostile server can make us hold is bounded", () => {
  test("an index of a thousand million allocates nothing", () => {
    expect(shown(run([[{ index: 1_000_000_000, id: "x", name: "f", arguments: A }]]))).toEqual([`x f(${A})`]);
  });

  test("the number of calls has a limit", () => {
    const calls = assembler({ maxCalls: 2 });
    const call = (index: number): ToolCallDelta => ({ index, id: `x${index}`, name: "f" });
    calls.push([call(0), call(1)]);
    expect(() => calls.push([call(2)])).toThrow(/more than 2 tool calls/u);
  });
});

test("175: a megabyte of arguments in 20,000 deltas", () => {
  const piece = "x".repeat(50);
  const chunks = Array.from({ length: 20_000 }, () => [{ index: 0, arguments: piece }]);
  const { calls } = run([[{ index: 0, id: "x", name: "f", arguments: '{"a":"' }], ...chunks, [{ arguments: '"}' }]]);
  expect(calls[0]?.input).toEqual({ a: piece.repeat(20_000) });
});
