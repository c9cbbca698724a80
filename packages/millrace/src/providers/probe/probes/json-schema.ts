import { objectOf, stringOf } from "../../../wire/json/read.ts";
import { parseJson } from "../../../wire/json/parse.ts";
import { judged, type Judgement } from "../finding.ts";
import { inTurn, type Probe } from "../probe.ts";
import { chatQuestion, type Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { choiceOf } from "../stream-trace.ts";
import { UNASKED } from "./chat.ts";
import { limitedTo } from "./limits.ts";

/** Names that no model would come upon by itself. */
const FIELDS = ["zq_word", "zq_number"] as const;
const SCHEMA = {
  type: "object",
  properties: { [FIELDS[0]]: { type: "string", enum: ["red", "blue"] }, [FIELDS[1]]: { type: "integer" } },
  required: FIELDS,
  additionalProperties: false,
};
/** The object takes about thirty. */
const OBJECT_TOKENS = 64;

/** Whether the answer keeps to a schema. The question alone would be answered in words. */
export const jsonSchema: Probe = {
  name: "JSON schema",
  ask: inTurn(({ model, heard }) => [
    chatQuestion({
      model,
      messages: [{ role: "user", content: "Say hello." }],
      response_format: { type: "json_schema", json_schema: { name: "probe", strict: true, schema: SCHEMA } },
      ...limitedTo(OBJECT_TOKENS, heard),
    }),
  ]),
  judge: (_subject, [reply]) => (reply === undefined ? UNASKED : judge(reply)),
};

function judge(reply: Reply): Judgement {
  const standing = standingOf(reply);
  if (standing.kind !== "taken") return notTaken(standing);
  const choice = choiceOf(objectOf(reply.json) ?? {});
  const text = stringOf(objectOf(choice["message"])?.["content"]) ?? "";
  const parsed = parseJson(text);
  const object = parsed.ok ? objectOf(parsed.value) : undefined;
  if (object !== undefined && keepsTo(object)) return judged("yes", "honoured", { json_schema: "honoured" });
  if (choice["finish_reason"] === "length") {
    return judged("unknown", "the answer met its limit before the object was complete", { json_schema: "unknown" });
  }
  const form = object === undefined ? "text" : "JSON of another shape";
  return judged("no", `accepted and ignored: the answer is ${form}`, { json_schema: "ignored" }, [
    { what: "json_schema is accepted and ignored", means: "clients that parse the answer fail; check it before use" },
  ]);
}

function keepsTo(object: Readonly<Record<string, unknown>>): boolean {
  const [word, number] = FIELDS;
  const isWord = object[word] === "red" || object[word] === "blue";
  return isWord && Number.isInteger(object[number]) && Object.keys(object).length === FIELDS.length;
}
