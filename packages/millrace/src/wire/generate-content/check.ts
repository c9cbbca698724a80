import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { checkFields, FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { CallIds } from "./call-ids.ts";
import { contentsOf, partsOfContent } from "./decode-contents.ts";
import { camelFields, camelObject } from "./spelling.ts";

const FIELDS: ReadonlyMap<string, FieldKind> = new Map([
  ["generationConfig", FIELD_KINDS.object],
  ["toolConfig", FIELD_KINDS.object],
  ["tools", FIELD_KINDS.objects],
]);

const CONFIG: ReadonlyMap<string, FieldKind> = new Map([
  ["temperature", FIELD_KINDS.number],
  ["topP", FIELD_KINDS.number],
  ["topK", FIELD_KINDS.number],
  ["maxOutputTokens", FIELD_KINDS.positive],
  ["candidateCount", FIELD_KINDS.positive],
  ["seed", FIELD_KINDS.integer],
  ["presencePenalty", FIELD_KINDS.number],
  ["frequencyPenalty", FIELD_KINDS.number],
  ["stopSequences", FIELD_KINDS.strings],
  ["thinkingConfig", FIELD_KINDS.object],
]);

const ROLES: ReadonlySet<JsonField> = new Set([undefined, null, "", "user", "model", "function", "tool", "system"]);

/** What is wrong with a client's body, if anything is: only what no server could make sense of. */
export function checkRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  const body = camelFields(json);
  return checkFields(body, FIELDS) ?? checkConfig(body["generationConfig"]) ?? checkContents(body["contents"]);
}

function checkConfig(value: JsonField): Failure | undefined {
  const config = camelObject(value);
  const flaw = config && checkFields(config, CONFIG);
  if (flaw === undefined) return undefined;
  const field = `generationConfig.${flaw.param}`;
  return refuse(field, flaw.message.replace(`\`${flaw.param}\``, `\`${field}\``));
}

function checkContents(value: JsonField): Failure | undefined {
  if (value === undefined)
    return refuse("contents", "`contents` is missing: give the conversation as a list of contents");
  if (isArray(value)) {
    const odd = value.findIndex((content) => !isObject(content));
    if (odd !== -1)
      return refuse(`contents[${odd}]`, `\`contents[${odd}]\` must be an object, not ${nameOf(value[odd])}`);
  } else if (!isObject(value) && typeof value !== "string") {
    return refuse("contents", `\`contents\` must be an array, not ${nameOf(value)}`);
  }
  const contents = contentsOf(value);
  if (contents.length === 0) return refuse("contents", "`contents` is empty: give at least one content");
  return checkTurns(contents);
}

function checkTurns(contents: readonly JsonObject[]): Failure | undefined {
  const ids = new CallIds();
  for (const [turn, content] of contents.entries()) {
    ids.turn(turn);
    const flaw = checkTurn(content, `contents[${turn}]`, ids);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function checkTurn(content: JsonObject, path: string, ids: CallIds): Failure | undefined {
  if (!ROLES.has(content["role"])) {
    return refuse(`${path}.role`, `\`${path}.role\` must be "user" or "model", not ${nameOf(content["role"])}`);
  }
  const { parts } = content;
  if (parts !== undefined && parts !== null && !isObject(parts) && !(isArray(parts) && parts.every(isObject))) {
    return refuse(
      `${path}.parts`,
      `\`${path}.parts\` must be an array of objects, not ${isArray(parts) ? "what it holds" : nameOf(parts)}`,
    );
  }
  const pieces = partsOfContent(content);
  const waiting = ids.waiting[0];
  const answers = pieces.some((part) => part["functionResponse"] !== undefined);
  if (waiting !== undefined && !answers && content["role"] !== "model") {
    return refuse(
      path,
      `\`${path}\` follows a call of ${waiting.name} that has no result: give its functionResponse first`,
    );
  }
  for (const [index, part] of pieces.entries()) {
    const flaw = checkPart(part, `${path}.parts[${index}]`, ids);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function checkPart(part: JsonObject, path: string, ids: CallIds): Failure | undefined {
  const { text } = part;
  if (text !== undefined && text !== null && typeof text !== "string") {
    return refuse(`${path}.text`, `\`${path}.text\` must be a string, not ${nameOf(text)}`);
  }
  const call = camelObject(part["functionCall"]);
  if (call !== undefined) return checkCall(call, `${path}.functionCall`, ids);
  const result = camelObject(part["functionResponse"]);
  if (result !== undefined) return checkResult(result, `${path}.functionResponse`, ids);
  return checkData(camelObject(part["inlineData"]), `${path}.inlineData.data`);
}

function checkCall(call: JsonObject, path: string, ids: CallIds): Failure | undefined {
  const name = stringOf(call["name"]) ?? "";
  if (name === "") return refuse(`${path}.name`, `\`${path}.name\` is missing: name the function that was called`);
  const { args } = call;
  if (args !== undefined && args !== null && !isObject(args)) {
    return refuse(`${path}.args`, `\`${path}.args\` must be an object, not ${nameOf(args)}`);
  }
  ids.called(name, stringOf(call["id"]));
  return undefined;
}

function checkResult(result: JsonObject, path: string, ids: CallIds): Failure | undefined {
  const name = stringOf(result["name"]) ?? "";
  if (ids.answered(name, stringOf(result["id"])) !== undefined) return undefined;
  return refuse(path, `\`${path}\` is the result of no call: no call of ${name === "" ? "it" : name} waits for one`);
}

const BASE64 = /^[A-Za-z0-9+/_=\s-]*$/u;
/** Of a long body only the beginning of its strings may have been read. */
const LOOKED_AT = 1024;

function checkData(inline: JsonObject | undefined, path: string): Failure | undefined {
  if (inline === undefined) return undefined;
  const { data } = inline;
  if (typeof data !== "string") return refuse(path, `\`${path}\` must be base64, not ${nameOf(data)}`);
  return BASE64.test(data.slice(0, LOOKED_AT)) ? undefined : refuse(path, `\`${path}\` is not base64`);
}
