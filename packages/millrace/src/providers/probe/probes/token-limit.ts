import { objectOf } from "../../../wire/json/read.ts";
import { judged, type Judgement } from "../finding.ts";
import { inTurn, type Probe } from "../probe.ts";
import { chatQuestion, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { finishOf, traceStream } from "../stream-trace.ts";
import { usageOption } from "./stream-usage.ts";
import { isLimited, UNASKED } from "./chat.ts";
import { COUNT, FEW_TOKENS } from "./limits.ts";

/** More chunks than the limit can bring: where they come, the limit is ignored, and we leave. */
const TOO_MANY = FEW_TOKENS * 2;

/** Whether the newer token limit holds. Streamed, so that a server that ignores it can be left. */
export const tokenLimit: Probe = {
  name: "max_completion_tokens",
  ask: inTurn((subject) => [
    {
      ...chatQuestion({
        model: subject.model,
        messages: [{ role: "user", content: COUNT }],
        max_completion_tokens: FEW_TOKENS,
        stream: true,
        ...usageOption(subject),
      }),
      leaveAfter: TOO_MANY,
    },
  ]),
  judge: (_subject, [reply]) => (reply === undefined ? UNASKED : judge(reply)),
};

function judge(reply: Reply): Judgement {
  const standing = standingOf(reply);
  if (standing.kind === "unclear") return notTaken(standing);
  if (standing.kind === "refused") {
    return judged("no", `refused: ${standing.why}`, { max_completion_tokens: "refused" }, [
      { what: "max_completion_tokens is refused", means: "clients have to send max_tokens" },
    ]);
  }
  const limited = limitIn(reply);
  return judged(VERDICTS[limited], limited, { max_completion_tokens: limited }, [
    limited === "ignored" && {
      what: "max_completion_tokens is ignored without a word",
      means: "answers are longer than clients allow; send max_tokens",
    },
  ]);
}

const VERDICTS = { obeyed: "yes", ignored: "no", unknown: "unknown" } as const;

function limitIn(reply: Reply): keyof typeof VERDICTS {
  const document = objectOf(reply.json);
  if (document !== undefined) return isLimited(document);
  if (reply.left) return "ignored";
  const { chunks, contents } = traceStream(reply.text);
  const finish = chunks.map(finishOf).find((reason) => reason !== undefined);
  if (finish === "length") return "obeyed";
  // A chunk holds a token or more, so more chunks than tokens are proof.
  return contents > FEW_TOKENS ? "ignored" : "unknown";
}
