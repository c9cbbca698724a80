import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { checkFields, checkModel, FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { arrayOf, isArray, isObject, stringOf } from "../json/read.ts";
import { checkCalls } from "./check-calls.ts";
import { checkContent } from "./check-content.ts";

/**
 * What is wrong with a client's body, if anything is: only what no server could make sense of. Blocks, tools and fields
 * that nobody knows are for the target to judge. A missing limit is not refused: a server's own default takes its place.
 */
export function checkMessagesRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  return checkModel(json) ?? checkMessages(json) ?? checkFields(json, CHECKED) ?? checkTools(json) ?? checkCalls(json);
}

const CHECKED: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries({
    stream: FIELD_KINDS.boolean,
    max_tokens: FIELD_KINDS.integer,
    system: {
      fits: (value: JsonValue) => typeof value === "string" || FIELD_KINDS.objects.fits(value),
      expected: "a string or an array of text blocks",
    },
    temperature: FIELD_KINDS.number,
    top_p: FIELD_KINDS.number,
    top_k: FIELD_KINDS.number,
    stop_sequences: FIELD_KINDS.strings,
    tools: FIELD_KINDS.objects,
    tool_choice: FIELD_KINDS.object,
    thinking: FIELD_KINDS.object,
    output_config: FIELD_KINDS.object,
    metadata: FIELD_KINDS.object,
  }),
);

function checkMessages({ messages, input }: JsonObject): Failure | undefined {
  if (messages === undefined) {
    const hint = input === undefined ? "" : ". `input` is for /v1/responses";
    return refuse("messages", `messages: Field required: give the conversation as an array of messages${hint}`);
  }
  if (!isArray(messages)) return refuse("messages", `messages: must be an array, not ${nameOf(messages)}`);
  if (messages.length === 0) return refuse("messages", "messages: at least one message is required");
  for (const [index, message] of messages.entries()) {
    const flaw = checkMessage(message, `messages.${index}`);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

const ROLES: ReadonlySet<string> = new Set(["user", "assistant", "system"]);

function checkMessage(message: JsonValue, path: string): Failure | undefined {
  if (!isObject(message)) {
    return refuse(path, `${path}: must be an object with a role and content, not ${nameOf(message)}`);
  }
  const { role, content } = message;
  if (typeof role === "string" && ROLES.has(role)) return checkContent(content, `${path}.content`);
  const told = role === undefined ? "is missing" : `must be "user" or "assistant", not ${JSON.stringify(role)}`;
  return refuse(`${path}.role`, `${path}.role: ${told}`);
}

/** One that nobody runs at the server cannot be called without a name. */
function checkTools({ tools }: JsonObject): Failure | undefined {
  for (const [index, tool] of arrayOf(tools).entries()) {
    if (!isObject(tool) || (tool["type"] ?? "custom") !== "custom") continue;
    if (stringOf(tool["name"])?.trim()) continue;
    const path = `tools.${index}.name`;
    return refuse(path, `${path}: must be the name of a tool, not ${nameOf(tool["name"])}`);
  }
  return undefined;
}
