import type { JsonObject } from "../../model/json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { delta, DONE, fin, stream } from "./replies.ts";

/** vLLM's, of 46 characters; Kimi's; and one that every service takes. */
const LONG = "chatcmpl-tool-0123456789abcdef0123456789abcdef";
const DOTTED = "functions.f:0";
const NINE = "aB3dE6gH9";

/** A conversation with a call of each id in one turn, and one more in the next. */
function conversation(long: string, dotted: string, nine: string): JsonObject[] {
  const call = (id: string): JsonObject => ({ id, type: "function", function: { name: "f", arguments: "{}" } });
  const result = (id: string): JsonObject => ({ role: "tool", tool_call_id: id, content: "4" });
  return [
    { role: "user", content: "hi" },
    { role: "assistant", content: "", tool_calls: [call(long), call(dotted)] },
    result(dotted),
    result(long),
    { role: "assistant", content: "", tool_calls: [call(nine)] },
    result(nine),
  ];
}

const ASKED = { call: "stream", body: { messages: conversation(LONG, DOTTED, NINE) } } as const;
const KEYED = { apiKey: "sk-test" } as const;

function sent(
  variant: string,
  title: string,
  setup: ConformanceCase["setup"],
  ids: Parameters<typeof conversation>,
  changes: RegExp | undefined,
): ConformanceCase {
  return {
    number: 184,
    variant,
    title,
    setup: { ...setup },
    ask: ASKED,
    replies: [stream(delta({ role: "assistant", content: "ok" }), fin(), DONE)],
    expected: {
      choices: [{ text: "ok", finish: "stop" }],
      error: undefined,
      requests: [{ body: { messages: conversation(...ids) } }],
    },
    gateway: { headers: { "x-millrace-changes": changes } },
  };
}

/** Catalogue D, 184: ids of calls that one service gave and another one refuses. */
export const CALL_ID_CASES: readonly ConformanceCase[] = [
  sent(
    "mistral",
    "Mistral gets nine letters and digits, the same for a call and its result",
    { profile: "mistral", ...KEYED },
    ["JFnEQKSo3", "v2F7jEscH", NINE],
    /messages\[1\]\.tool_calls\[0\]\.id replaced.*messages\[3\]\.tool_call_id replaced/u,
  ),
  sent(
    "openai",
    "OpenAI gets others only for those that are too long",
    { profile: "openai", ...KEYED },
    ["JFnEQKSo3", DOTTED, NINE],
    /messages\[1\]\.tool_calls\[0\]\.id replaced/u,
  ),
  sent(
    "anthropic",
    "a service of only letters, digits, _ and - gets others for those with dots and colons",
    { requestRules: { toolCallIds: { pattern: "^[A-Za-z0-9_-]{1,64}$", made: "letters-and-digits" } } },
    [LONG, "v2F7jEscH", NINE],
    /messages\[1\]\.tool_calls\[1\]\.id replaced/u,
  ),
  sent(
    "kimi",
    "Kimi's own form has the function's name and counts the calls; none is given twice",
    { requestRules: { toolCallIds: { pattern: "^functions\\..+:\\d+$", made: "function-and-count" } } },
    [DOTTED, "functions.f:1", "functions.f:2"],
    /messages\[1\]\.tool_calls\[0\]\.id replaced/u,
  ),
  sent("any", "elsewhere they go as they came", {}, [LONG, DOTTED, NINE], undefined),
];
