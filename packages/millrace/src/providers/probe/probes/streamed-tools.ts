import type { JsonObject } from "../../../model/json.ts";
import { objectOf, objectsOf, stringOf } from "../../../wire/json/read.ts";
import { judged, type Departure, type Judgement } from "../finding.ts";
import { inTurn, type Probe } from "../probe.ts";
import { chatQuestion, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { choiceOf, deltaOf, finishOf, traceStream } from "../stream-trace.ts";
import { usageOption } from "./stream-usage.ts";
import { UNASKED } from "./chat.ts";
import { limitedTo } from "./limits.ts";
import { CALL_TOKENS, TOOLS } from "./tools.ts";

const FORCED = "get_time";

/** How tool calls look in streams, and whether a tool can be forced by its name: the question asks for the other one. */
export const streamedTools: Probe = {
  name: "tools in streams",
  ask: inTurn((subject) => [
    chatQuestion({
      model: subject.model,
      messages: [{ role: "user", content: "What is the weather in Rome?" }],
      tools: TOOLS,
      tool_choice: { type: "function", function: { name: FORCED } },
      ...limitedTo(CALL_TOKENS, subject.heard),
      stream: true,
      ...usageOption(subject),
    }),
  ]),
  judge: (_subject, [reply]) => (reply === undefined ? UNASKED : judge(reply)),
};

function judge(reply: Reply): Judgement {
  const standing = standingOf(reply);
  if (standing.kind !== "taken") return notTaken(standing);
  const { chunks } = traceStream(reply.text);
  const deltas = chunks.flatMap((chunk) => objectsOf(deltaOf(chunk)["tool_calls"]));
  const whole = objectsOf(objectOf(choiceOf(objectOf(reply.json) ?? {})["message"])?.["tool_calls"]);
  const [first] = [...deltas, ...whole];
  const called = nameOf(first);
  const named = called === undefined ? "unknown" : called === FORCED ? "obeyed" : "ignored";
  if (first === undefined) return noCall(chunks.map(finishOf).find((reason) => reason !== undefined));
  const form = whole.length > 0 ? "whole" : formOf(deltas);
  const departures = [
    named === "ignored" && {
      what: "a tool_choice that names a tool is ignored",
      means: "another tool may be called than the one that was forced",
    },
    ...(whole.length > 0 ? [] : departuresOf(deltas)),
  ];
  const forced = named === "obeyed" ? "forced by name" : "not forced by name";
  return judged("yes", `${form}; ${forced}`, { form, named_choice: named, pieces: deltas.length }, departures);
}

/** `auto` lets the model answer in words, so no call means no more than that the name was not heeded. */
function noCall(finish: string | undefined): Judgement {
  if (finish === "length") return judged("unknown", "the answer met its limit before a call came");
  return judged("no", "no call, although tool_choice names a tool", { form: "none", named_choice: "ignored" }, [
    { what: "a tool_choice that names a tool is ignored", means: "clients that count on a call get text" },
  ]);
}

function formOf(deltas: readonly JsonObject[]): string {
  const pieces = deltas.filter((delta) => stringOf(objectOf(delta["function"])?.["arguments"])).length;
  return pieces > 1 ? "in increments" : "whole";
}

function departuresOf(deltas: readonly JsonObject[]): (Departure | false)[] {
  const [first, ...later] = deltas;
  return [
    !deltas.some(({ id }) => typeof id === "string" && id !== "") && {
      what: "streamed tool calls have no id",
      means: "a tool's result cannot name the call it belongs to",
    },
    deltas.some(({ index }) => typeof index !== "number") && {
      what: "streamed tool calls have no index",
      means: "clients cannot tell the pieces of two calls apart",
    },
    later.some(
      (delta) => nameOf(delta) !== undefined && nameOf(delta) === nameOf(first) && delta["index"] === first?.["index"],
    ) && {
      what: "the tool's name is repeated in later pieces",
      means: "clients that join names call a tool that does not exist",
    },
    later.some(({ id }) => id === "") && {
      what: "later pieces have an empty id",
      means: "clients that take the last id lose it",
    },
  ];
}

function nameOf(call: JsonObject | undefined): string | undefined {
  const name = stringOf(objectOf(call?.["function"])?.["name"]);
  return name === "" ? undefined : name;
}
