import { events, type FactSheet, streamed } from "../fact.ts";
import { counted, HELLO, HELLO_PIECES, WEATHER_MARKUP } from "./spoken.ts";

const WEATHER_IN_PARIS = { type: "function", name: "get_weather", arguments: '{"city": "Paris", "unit": "celsius"}' };
const CALLS_FOR_PARIS = { choices: [{ text: "", toolCalls: [WEATHER_IN_PARIS], finish: "tool_calls" }] };
const CUT_CALL = { ...WEATHER_IN_PARIS, arguments: '{"city": "Paris", "unit' };
const CUT = { choices: [{ text: "", toolCalls: [CUT_CALL], finish: "length" }] };
/** Arguments that are cut must not be run; only the library can say so. */
const MARKED_CUT = { choices: [{ text: "", toolCalls: [{ ...CUT_CALL, problem: "incomplete" }], finish: "length" }] };
const MARKUP_AS_TEXT = { choices: [{ text: WEATHER_MARKUP, toolCalls: [], finish: "stop" }] };
const SAYS_HELLO = { choices: [{ text: HELLO, toolCalls: [], finish: "stop" }] };

/** One call's events up to its end, which comes behind all that the server sends. */
const call = (name: string, ...pieces: readonly string[]): readonly string[] => [
  `tool-call-start ${name}`,
  ...pieces.map((piece) => `tool-call-delta ${piece}`),
];

function eventsWithCalls(calls: number, ...between: readonly string[]): { readonly events: readonly string[] } {
  const ends = Array.from({ length: calls }, () => "tool-call-end");
  return { events: ["start", "metadata", ...between, "metadata", "usage", ...ends, "choice-finish", "finish"] };
}

const PARIS_PIECES = ["{", '"c', 'ity"', ': "P', "aris", '", "', "unit", '": "', "cels", 'ius"', "}"];

export const TOOLS: FactSheet = {
  file: "03-tools.txt",
  server: "chat",
  facts: [
    {
      title: "one call, stream",
      expected: CALLS_FOR_PARIS,
      library: { ...counted(633, 26), ...eventsWithCalls(1, ...call("get_weather", ...PARIS_PIECES)) },
      gateway: { status: 200, done: true },
      recorded: { choices: [{ toolCalls: [{ id: "wBG2uPluj7BQOCJd4hMw3QrACKTyq20Y" }] }] },
    },
    {
      title: "one call, non-stream",
      expected: { ...CALLS_FOR_PARIS, ...counted(633, 26) },
      recorded: { choices: [{ toolCalls: [{ id: "RhwL6b2gY7wnIst54YCORSqGQhyp6EEv" }] }] },
    },
    {
      title: "two calls, stream",
      expected: {
        choices: [
          {
            text: "",
            toolCalls: [
              { name: "get_weather", arguments: '{"city": "Oslo"}' },
              { name: "get_time", arguments: '{"zone": "UTC"}' },
            ],
            finish: "tool_calls",
          },
        ],
      },
      library: {
        ...counted(633, 39),
        ...eventsWithCalls(
          2,
          ...call("get_weather", "{", '"cit', 'y":', ' "Osl', 'o"}'),
          ...call("get_time", "{", '"', "zone", '": "U', 'TC"}'),
        ),
      },
      recorded: {
        choices: [
          { toolCalls: [{ id: "r6vwr8l0Vno0UMLBUIYabCpQQ0awxptf" }, { id: "KC9Bff8w4DONEn0nUWkSabguqGRrhaZZ" }] },
        ],
      },
    },
    {
      title: "no-argument call, stream",
      expected: { choices: [{ text: "", toolCalls: [{ name: "ping", arguments: "{}" }], finish: "tool_calls" }] },
      library: eventsWithCalls(1, ...call("ping", "{", "}")),
    },
    {
      title: "text then call, stream",
      expected: {
        choices: [
          {
            text: "I will look that up. ",
            toolCalls: [{ name: "get_weather", arguments: '{"city": "Rome"}' }],
            finish: "tool_calls",
          },
        ],
      },
      library: eventsWithCalls(
        1,
        ...streamed("text-delta", ["I wi", "ll l", "ook ", "that", " up.", " "]),
        ...call("get_weather", "{", '"ci', 'ty":', ' "Ro', 'me"}'),
      ),
    },
    {
      title: "cut by max_tokens inside the arguments, stream",
      expected: CUT,
      library: {
        ...MARKED_CUT,
        ...counted(633, 18),
        ...eventsWithCalls(1, ...call("get_weather", ...PARIS_PIECES.slice(0, 7))),
      },
    },
    {
      title: "cut by max_tokens inside the arguments, non-stream",
      expected: { ...CUT, ...counted(633, 18) },
      library: MARKED_CUT,
    },
    {
      title:
        "tool_choice required although the model wants to chat: text comes first, the end-of-text token is held back, so it runs to the limit",
      expected: {
        choices: [{ text: `${HELLO}Hello! I am a tiny scripted model. Grüße`, toolCalls: [], finish: "length" }],
      },
      library: {
        ...counted(361, 24),
        ...events(...streamed("text-delta", [...HELLO_PIECES, ...HELLO_PIECES.slice(0, 10)])),
      },
    },
    {
      title: "named tool_choice as an object: not honoured, treated as auto",
      expected: { ...SAYS_HELLO, ...counted(482, 15) },
    },
    { title: "tool_choice none", expected: { ...MARKUP_AS_TEXT, ...counted(361, 26) } },
    {
      title: "tool markup with no tools in the request stays text",
      expected: { ...MARKUP_AS_TEXT, ...counted(20, 26) },
    },
    { title: "tool result turn", expected: { ...SAYS_HELLO, ...counted(499, 15) } },
  ],
};
