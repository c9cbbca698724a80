import type { JsonObject } from "../../../model/json.ts";
import { judged, type Judgement } from "../finding.ts";
import { inTurn, type Probe, type Subject } from "../probe.ts";
import { chatQuestion, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { traceStream } from "../stream-trace.ts";
import { UNASKED } from "./chat.ts";
import { COUNT, FEW_TOKENS, limitedTo } from "./limits.ts";
import { usagePlace } from "./streaming.ts";

/** Whether a stream tells its cost when it is asked to. */
export const streamUsage: Probe = {
  name: "usage in streams",
  ask: inTurn(({ model, heard }) => [
    chatQuestion({
      model,
      messages: [{ role: "user", content: COUNT }],
      ...limitedTo(FEW_TOKENS, heard),
      stream: true,
      stream_options: { include_usage: true },
    }),
  ]),
  judge: ({ heard }, [reply]) => (reply === undefined ? UNASKED : judge(reply, heard)),
};

function judge(reply: Reply, heard: readonly Reply[]): Judgement {
  const unasked = placeUnasked(heard);
  const standing = standingOf(reply);
  if (standing.kind !== "taken") {
    const { verdict, summary, facts } = notTaken(standing);
    if (standing.kind === "unclear") return judged(verdict, summary, facts);
    return judged("no", `stream_options is ${summary}`, { stream_options: "refused", unasked }, [
      { what: "stream_options is refused", means: "clients that always send it get an error instead of an answer" },
    ]);
  }
  const place = usagePlace(traceStream(reply.text));
  const facts = { stream_options: "accepted", place, unasked };
  if (place === "none") {
    return judged("no", "stream_options is accepted, and no usage comes", facts, [
      { what: "no usage in streams, although asked for", means: "what a streamed request costs is not known" },
    ]);
  }
  return judged("yes", place + (unasked === "none" ? ", when asked for" : ", asked for or not"), facts, [
    place === "in several chunks" && {
      what: "usage comes in several chunks",
      means: "clients that add it up count too much",
    },
    unasked !== "none" && {
      what: `usage comes unasked, ${unasked}`,
      means: "clients that did not ask meet a chunk they may not expect",
    },
  ]);
}

function placeUnasked(heard: readonly Reply[]): string {
  const stream = heard.find(
    ({ question: { body } }) => body?.["stream"] === true && body["stream_options"] === undefined,
  );
  return stream === undefined ? "none" : usagePlace(traceStream(stream.text));
}

/** Asks further streams for their cost, once it is known that this is understood. */
export function usageOption({ heard }: Subject): JsonObject {
  const understood = heard.some((reply) => {
    const asked = reply.question.body?.["stream_options"] !== undefined;
    return asked && standingOf(reply).kind === "taken";
  });
  return understood ? { stream_options: { include_usage: true } } : {};
}
