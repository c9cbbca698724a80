import type { JsonObject } from "../../../model/json.ts";
import { objectOf, stringOf } from "../../../wire/json/read.ts";
import { judged } from "../finding.ts";
import type { Probe } from "../probe.ts";
import type { Reply } from "../question.ts";
import { choiceOf, deltaOf, REASONING_FIELDS, traceStream } from "../stream-trace.ts";

/** Where reasoning stands, if the replies to the other probes had any. It asks nothing of its own. */
export const reasoning: Probe = {
  name: "reasoning",
  ask: () => undefined,
  judge: ({ heard }) => {
    const parts = heard.flatMap(partsOf);
    const fields = REASONING_FIELDS.filter((field) => parts.some((part) => holds(part[field])));
    const tagged = parts.some(({ content }) => stringOf(content)?.includes("<think>") === true);
    const facts = { fields, think_tags: tagged };
    if (tagged) {
      return judged("partly", "as <think> tags in the text", facts, [
        {
          what: "reasoning comes as <think> tags in the text",
          means: "clients show the model's thoughts as its answer",
        },
      ]);
    }
    if (fields.length === 0) return judged("unknown", "the model showed none", facts);
    return judged("yes", `in ${fields.join(" and ")}`, facts, [
      fields.length > 1 && {
        what: `reasoning comes in ${fields.join(" and ")}`,
        means: "clients that read both show it twice",
      },
    ]);
  },
};

function partsOf({ json, text }: Reply): readonly JsonObject[] {
  const message = objectOf(choiceOf(objectOf(json) ?? {})["message"]);
  return message === undefined ? traceStream(text).chunks.map(deltaOf) : [message];
}

function holds(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : Array.isArray(value) && value.length > 0;
}
