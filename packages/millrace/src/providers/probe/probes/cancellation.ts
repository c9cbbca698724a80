import { isArray, isObject } from "../../../wire/json/read.ts";
import { judged, type Judgement } from "../finding.ts";
import type { Probe, Subject } from "../probe.ts";
import { chatQuestion, type Question, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { traceStream } from "../stream-trace.ts";
import { UNASKED } from "./chat.ts";
import { limitedTo } from "./limits.ts";

/** How much is asked for, and after how many chunks we leave: the rest has to take long enough to be seen stopping. */
const ASKED_TOKENS = 256;
const LEFT_AFTER = 8;

/** Where a kind of server tells whether it is at work. */
interface Witness {
  readonly path: string;
  /** Nothing where the reply does not say. */
  readonly isBusy: (reply: Reply) => boolean | undefined;
}

const WITNESSES: Readonly<Record<string, Witness>> = {
  "llama.cpp": {
    path: "/slots",
    isBusy: ({ json }) =>
      isArray(json) && json.length > 0
        ? json.some((slot) => isObject(slot) && slot["is_processing"] === true)
        : undefined,
  },
};

/**
 * Whether the server stops when its client leaves in mid-stream. Only a server that tells of its work
 * can show it; of any other this says that it is not known.
 */
export const cancellation: Probe = {
  name: "cancellation",
  ask: (subject, replies) => {
    const witness = WITNESSES[subject.profile];
    if (witness === undefined) return undefined;
    const look: Question = { method: "GET", path: witness.path, from: "root" };
    const [before, cut] = replies;
    if (before === undefined) return look;
    if (witness.isBusy(before) !== false) return undefined;
    if (cut === undefined) return longAnswer(subject);
    return replies.length === 2 && cut.left ? { ...look, until: (reply) => witness.isBusy(reply) !== true } : undefined;
  },
  judge: (subject, replies) => judge(subject, replies),
};

function longAnswer({ model, heard }: Subject): Question {
  const messages = [{ role: "user", content: "Count from 1 to 500 in digits, with spaces." }];
  // Several servers take `ignore_eos`; without it a model may end by itself before we look.
  const body = { model, messages, ...limitedTo(ASKED_TOKENS, heard), stream: true, ignore_eos: true };
  return { ...chatQuestion(body), leaveAfter: LEFT_AFTER };
}

function judge({ profile }: Subject, [before, cut, after]: readonly Reply[]): Judgement {
  const witness = WITNESSES[profile];
  if (witness === undefined) return judged("unknown", "this kind of server does not tell whether it stops");
  if (before === undefined) return UNASKED;
  const busy = witness.isBusy(before);
  if (busy === undefined) return judged("unknown", `${witness.path} does not tell whether it is at work`);
  if (busy) return judged("unknown", "it is at work for others, so its own stopping cannot be seen");
  if (cut === undefined) return UNASKED;
  const standing = standingOf(cut);
  if (standing.kind !== "taken") return notTaken(standing);
  if (after === undefined) return judged("unknown", "the answer ended before we could leave");
  return stopped(cut, after, witness);
}

/** Idle sooner than the rest of the answer can have been made: it stopped. */
function stopped(cut: Reply, after: Reply, witness: Witness): Judgement {
  const busy = witness.isBusy(after);
  const afterMs = Math.round(after.elapsedMs);
  if (busy === undefined) return judged("unknown", `${witness.path} stopped telling`);
  const restMs = restOf(cut);
  if (busy) {
    return judged("no", `still at work ${afterMs} ms after its client left`, { after_ms: afterMs }, [
      { what: "it goes on when its client leaves", means: "abandoned requests cost time and money to their end" },
    ]);
  }
  if (restMs === undefined || afterMs * 2 > restMs) {
    return judged("unknown", "idle afterwards, but it may just have finished: it is too fast to tell", {
      after_ms: afterMs,
    });
  }
  return judged("yes", `stops within ${afterMs} ms`, { after_ms: afterMs });
}

/** How long the tokens that had not come would have taken, at the pace of those that had. */
function restOf(cut: Reply): number | undefined {
  const { contents } = traceStream(cut.text);
  if (cut.contentMs === undefined || contents < 2) return undefined;
  const paceMs = (cut.elapsedMs - cut.contentMs) / (contents - 1);
  return paceMs * (ASKED_TOKENS - contents);
}
