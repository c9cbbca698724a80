import type { JsonObject } from "../../../model/json.ts";
import { UsageReader } from "../../../wire/assembly/usage.ts";
import { arrayOf, objectOf, stringOf } from "../../../wire/json/read.ts";
import { judged, type Departure, type Judgement } from "../finding.ts";
import type { Probe } from "../probe.ts";
import { chatQuestion, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { choiceOf } from "../stream-trace.ts";
import { COUNT, FEW_TOKENS, limitedTo, refusesOlderField } from "./limits.ts";

/** Whether a whole answer comes back, and whether the older token limit holds. */
export const chat: Probe = {
  name: "chat",
  ask: ({ model }, replies) => {
    const [first] = replies;
    if (replies.length > 1 || (first !== undefined && !refusesOlderField(first))) return undefined;
    const limit = limitedTo(FEW_TOKENS, replies);
    return chatQuestion({ model, messages: [{ role: "user", content: COUNT }], ...limit });
  },
  judge: ({ model }, replies) => {
    const reply = replies.at(-1);
    return reply === undefined ? UNASKED : judge(model, reply, replies.length > 1);
  },
};

/** For a probe that asked nothing. */
export const UNASKED: Judgement = judged("unknown", "not asked");

function judge(model: string, reply: Reply, olderRefused: boolean): Judgement {
  const standing = standingOf(reply);
  if (standing.kind !== "taken") return notTaken(standing);
  const document = objectOf(reply.json);
  if (document === undefined || arrayOf(document["choices"]).length === 0) {
    return judged("no", "the reply is no chat completion");
  }
  const usage = new UsageReader({}).read(document);
  const answeredBy = stringOf(document["model"]);
  const finish = stringOf(choiceOf(document)["finish_reason"]);
  const limited = olderRefused ? "refused" : isLimited(document);
  const facts: JsonObject = {
    usage: usage !== undefined,
    max_tokens: limited,
    finish_reason: finish ?? null,
    answered_by: answeredBy ?? null,
  };
  const departures: (Departure | false)[] = [
    usage === undefined && { what: "a reply has no usage", means: "what a request costs is not known" },
    finish === undefined && { what: "a reply has no finish_reason", means: "an answer that was cut looks complete" },
    olderRefused && { what: "max_tokens is refused", means: "clients have to send max_completion_tokens" },
    limited === "ignored" && { what: "max_tokens is ignored", means: "an answer may be as long as the model likes" },
    answeredBy !== undefined &&
      answeredBy !== model && {
        what: `asked for ${model}, ${answeredBy} answers`,
        means: "the name in a reply is not the one that was asked for",
      },
  ];
  const told = usage === undefined ? "without usage" : "with usage";
  return judged("yes", `whole answers ${told}; max_tokens ${limited}`, facts, departures);
}

type Limited = "obeyed" | "ignored" | "unknown";

/** Whether the limit stopped the answer. A count that goes over it is proof; where none is told, the reason has to do. */
export function isLimited(document: JsonObject): Limited {
  const tokens = new UsageReader({}).read(document)?.completionTokens;
  const finish = stringOf(choiceOf(document)["finish_reason"]);
  if (tokens !== undefined && tokens > FEW_TOKENS) return "ignored";
  if (finish === "length") return "obeyed";
  // It stopped by itself before the limit could show.
  return "unknown";
}
