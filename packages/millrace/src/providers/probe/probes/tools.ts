import type { JsonObject } from "../../../model/json.ts";
import { objectOf, objectsOf, stringOf } from "../../../wire/json/read.ts";
import { judged, type Departure, type Judgement } from "../finding.ts";
import { inTurn, type Probe } from "../probe.ts";
import { chatQuestion, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { choiceOf } from "../stream-trace.ts";
import { UNASKED } from "./chat.ts";
import { limitedTo } from "./limits.ts";

/** Room for two short calls, which are of no use when they are cut. */
export const CALL_TOKENS = 96;

function tool(name: string, description: string): JsonObject {
  const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  return { type: "function", function: { name, description, parameters } };
}

export const TOOLS: readonly JsonObject[] = [
  tool("get_weather", "The weather of a city"),
  tool("get_time", "The time in a city"),
];

/** Whether tools can be forced, and whether several calls come at once. */
export const tools: Probe = {
  name: "tools",
  ask: inTurn(({ model, heard }) => [
    chatQuestion({
      model,
      messages: [{ role: "user", content: "Weather in Rome and in Oslo? Call the tool for both at once." }],
      tools: TOOLS,
      tool_choice: "required",
      ...limitedTo(CALL_TOKENS, heard),
    }),
  ]),
  judge: (_subject, [reply]) => (reply === undefined ? UNASKED : judge(reply)),
};

function judge(reply: Reply): Judgement {
  const standing = standingOf(reply);
  if (standing.kind !== "taken") return notTaken(standing);
  const choice = choiceOf(objectOf(reply.json) ?? {});
  const finish = stringOf(choice["finish_reason"]);
  const calls = objectsOf(objectOf(choice["message"])?.["tool_calls"]);
  if (calls.length === 0) {
    if (finish === "length") {
      return judged("unknown", "the answer met its limit before a call came", { calls: 0, finish_reason: finish });
    }
    return judged("no", 'no call, although tool_choice is "required"', { calls: 0, finish_reason: finish ?? null }, [
      { what: 'tool_choice "required" is ignored', means: "clients that count on a call get text" },
    ]);
  }
  const parallel = calls.length > 1;
  const facts = { calls: calls.length, parallel: parallel ? "seen" : "not seen", finish_reason: finish ?? null };
  const summary = `forced by tool_choice; ${parallel ? `${calls.length} calls at once` : "one call at a time, as far as seen"}`;
  return judged("yes", summary, facts, departuresOf(calls, finish));
}

function departuresOf(calls: readonly JsonObject[], finish: string | undefined): (Departure | false)[] {
  const functions = calls.map((call) => objectOf(call["function"]) ?? {});
  const ids = calls.map((call) => stringOf(call["id"]) ?? "");
  return [
    ids.includes("") && { what: "tool calls have no id", means: "a tool's result cannot name the call it belongs to" },
    !ids.includes("") &&
      new Set(ids).size < ids.length && { what: "tool calls share an id", means: "results get mixed up" },
    functions.some(({ arguments: given }) => typeof given !== "string") && {
      what: "tool arguments are no text",
      means: "clients that parse them as JSON text fail",
    },
    finish !== "tool_calls" &&
      finish !== "length" && {
        what: `the finish_reason beside tool calls is ${finish ?? "missing"}`,
        means: "agents that look for tool_calls stop too early",
      },
  ];
}
