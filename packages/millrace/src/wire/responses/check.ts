import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { checkFields, checkModel, FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import { checkCalls } from "./check-calls.ts";
import { checkContent } from "./check-content.ts";
import { itemType } from "./input-list.ts";
import { offeredTools } from "./tool-names.ts";

/**
 * What is wrong with a client's body, if anything is: only what no server could make sense of. Fields and items that
 * nobody knows are for the target to judge.
 */
export function checkResponsesRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  return checkModel(json) ?? checkInput(json) ?? checkFields(json, CHECKED) ?? checkTools(json);
}

const STRING_OR_OBJECT: FieldKind = {
  fits: (value) => typeof value === "string" || objectOf(value) !== undefined,
  expected: "a string or an object",
};

const CHECKED: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries({
    stream: FIELD_KINDS.boolean,
    instructions: FIELD_KINDS.string,
    tools: FIELD_KINDS.objects,
    tool_choice: STRING_OR_OBJECT,
    text: FIELD_KINDS.object,
    reasoning: FIELD_KINDS.object,
    include: FIELD_KINDS.strings,
    previous_response_id: FIELD_KINDS.string,
    max_output_tokens: FIELD_KINDS.integer,
    temperature: FIELD_KINDS.number,
    top_p: FIELD_KINDS.number,
    parallel_tool_calls: FIELD_KINDS.boolean,
    metadata: FIELD_KINDS.object,
  }),
);

/** What else can hold the question. */
const OTHER_QUESTIONS = ["previous_response_id", "conversation", "prompt"];

function checkInput(body: JsonObject): Failure | undefined {
  const input = body["input"] ?? null;
  if (input === null) {
    if (OTHER_QUESTIONS.some((name) => (body[name] ?? null) !== null)) return undefined;
    const hint = body["messages"] === undefined ? "" : ". `messages` are for /v1/chat/completions";
    return refuse("input", `\`input\` is missing: give a text or an array of items${hint}`);
  }
  if (typeof input === "string") return undefined;
  if (!isArray(input)) return refuse("input", `\`input\` must be a string or an array of items, not ${nameOf(input)}`);
  if (input.length === 0 && OTHER_QUESTIONS.every((name) => (body[name] ?? null) === null)) {
    return refuse("input", "`input` is empty: give at least one item");
  }
  for (const [index, item] of input.entries()) {
    const flaw = checkItem(item, `input[${index}]`);
    if (flaw !== undefined) return flaw;
  }
  return checkCalls(body, input.filter(isObject));
}

const ROLES: ReadonlySet<string> = new Set(["user", "assistant", "system", "developer"]);

function checkItem(item: JsonValue, path: string): Failure | undefined {
  if (!isObject(item)) return refuse(path, `\`${path}\` must be an object, not ${nameOf(item)}`);
  const type = itemType(item);
  if (type === "message") return checkRole(item, path) ?? checkContent(item["content"], `${path}.content`);
  if (type === "function_call_output") return checkContent(item["output"], `${path}.output`);
  if ((type !== "function_call" && type !== "custom_tool_call") || stringOf(item["name"])) return undefined;
  return refuse(`${path}.name`, `\`${path}.name\` must be the name of a tool, not ${nameOf(item["name"])}`);
}

function checkRole({ role }: JsonObject, path: string): Failure | undefined {
  if (role === undefined) return refuse(`${path}.role`, `\`${path}.role\` is missing: say who is speaking`);
  if (typeof role === "string" && ROLES.has(role)) return undefined;
  const expected = [...ROLES].map((name) => `"${name}"`).join(", ");
  return refuse(`${path}.role`, `\`${path}.role\` must be one of ${expected}, not ${JSON.stringify(role)}`);
}

/** One without a name cannot be called. */
function checkTools(body: JsonObject): Failure | undefined {
  const nameless = offeredTools(body).find(
    ({ tool }) => (tool["type"] === "function" || tool["type"] === "custom") && !stringOf(tool["name"])?.trim(),
  );
  if (nameless === undefined) return undefined;
  const path = `${nameless.field}.name`;
  return refuse(path, `\`${path}\` must be the name of a tool, not ${nameOf(nameless.tool["name"])}`);
}
