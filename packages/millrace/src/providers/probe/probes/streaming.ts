import type { JsonObject } from "../../../model/json.ts";
import { isObject, objectOf, stringOf } from "../../../wire/json/read.ts";
import { judged, type Departure, type Judgement } from "../finding.ts";
import { inTurn, type Probe } from "../probe.ts";
import { chatQuestion, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { bringsContent, choiceOf, deltaOf, finishOf, type StreamTrace, traceStream } from "../stream-trace.ts";
import { UNASKED } from "./chat.ts";
import { COUNT, FEW_TOKENS, limitedTo } from "./limits.ts";

/** Whether it streams, and how its streams look on the wire. */
export const streaming: Probe = {
  name: "streaming",
  ask: inTurn(({ model, heard }) => [
    chatQuestion({
      model,
      messages: [{ role: "user", content: COUNT }],
      ...limitedTo(FEW_TOKENS, heard),
      stream: true,
    }),
  ]),
  judge: (_subject, [reply]) => (reply === undefined ? UNASKED : judge(reply)),
};

function judge(reply: Reply): Judgement {
  const standing = standingOf(reply);
  if (standing.kind !== "taken") return notTaken(standing);
  if (objectOf(reply.json) !== undefined) {
    return judged("no", "gives one whole reply although a stream is asked for", { form: "one reply" }, [
      { what: "stream: true gives one whole reply", means: "clients see nothing before the end" },
    ]);
  }
  const trace = traceStream(reply.text);
  if (trace.chunks.length === 0) return judged("no", "the reply is no event stream");
  const finish = finishForm(trace);
  const usage = usagePlace(trace);
  const facts: JsonObject = {
    line_ends: trace.lineEnds,
    comments: trace.comments,
    done: trace.done,
    finish,
    usage_unasked: usage,
    role_first: stringOf(deltaOf(trace.chunks[0] ?? {})["role"]) !== undefined,
    chunks: trace.chunks.length,
  };
  const terminal = trace.done ? "[DONE]" : "no [DONE]";
  const summary = `${trace.lineEnds} line ends, finish ${finish}, ${terminal}`;
  return judged(finish === "missing" ? "partly" : "yes", summary, facts, departuresOf(reply, trace, finish));
}

type FinishForm = "in its own chunk" | "with the last content" | "missing";

function finishForm({ chunks }: StreamTrace): FinishForm {
  const chunk = chunks.find((candidate) => finishOf(candidate) !== undefined);
  if (chunk === undefined) return "missing";
  return bringsContent(chunk) ? "with the last content" : "in its own chunk";
}

/** Which chunks carry usage. */
export function usagePlace({ chunks }: StreamTrace): string {
  const carrying = chunks.filter(({ usage }) => isObject(usage));
  const [first] = carrying;
  if (first === undefined) return "none";
  if (carrying.length > 1) return "in several chunks";
  if (finishOf(first) !== undefined) return "in the finish chunk";
  return Object.keys(choiceOf(first)).length === 0 ? "in its own chunk" : "in a content chunk";
}

function departuresOf(reply: Reply, trace: StreamTrace, finish: FinishForm): (Departure | false)[] {
  const type = reply.headers["content-type"] ?? "";
  const ids = new Set(trace.chunks.map(({ id }) => stringOf(id) ?? ""));
  return [
    !type.startsWith("text/event-stream") && {
      what: `a stream is called ${type === "" ? "nothing" : type} instead of text/event-stream`,
      means: "strict clients refuse it",
    },
    !trace.done && { what: "a stream ends without [DONE]", means: "some clients wait for it, or report a cut stream" },
    finish === "missing" && { what: "no chunk has a finish_reason", means: "a cut stream looks like a complete one" },
    finish === "with the last content" && {
      what: "the finish_reason comes with the last content",
      means: "clients that stop at it before reading the text lose that text",
    },
    trace.lineEnds !== "LF" && {
      what: `lines end with ${trace.lineEnds}`,
      means: "clients that split at LF LF see no events",
    },
    trace.comments > 0 && {
      what: "there are comments between events",
      means: "clients that take every line for data fail",
    },
    trace.unreadable > 0 && { what: "some events are not JSON", means: "clients that parse every event fail" },
    ids.size > 1 && {
      what: "chunks of one answer have different ids",
      means: "clients that join chunks by id lose some",
    },
    reply.failure !== undefined && {
      what: `the stream was cut: ${reply.failure.message}`,
      means: "the answer is not whole",
    },
  ];
}
