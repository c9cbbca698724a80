import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { checkFields, checkModel, FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { arrayOf, isArray, isObject, type JsonField } from "../json/read.ts";
import { findIndexInSteps, type Steps } from "../json/steps.ts";
import type { WireCompletionRequest } from "./types.ts";

const { boolean, number, integer, positive, text, object } = FIELD_KINDS;

const CHECKED: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries({
    stream: boolean,
    stream_options: object,
    max_tokens: integer,
    temperature: number,
    top_p: number,
    n: positive,
    stop: text,
    seed: number,
    presence_penalty: number,
    frequency_penalty: number,
  }),
);

/** What is wrong with a client's body, if anything is: only what no server could make sense of. */
export function checkCompletionRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  return checkModel(json) ?? checkPrompt(json) ?? checkFields(json, CHECKED);
}

/** The same for a large body. */
export function* checkCompletionRequestInSteps(json: JsonObject): Steps<Failure | undefined> {
  return checkModel(json) ?? (yield* checkPromptInSteps(json)) ?? checkFields(json, CHECKED);
}

/** The prompt may be left out: the model then begins on its own. */
function checkPrompt(request: WireCompletionRequest): Failure | undefined {
  return checkPromptKind(request) ?? refusePiece(request, arrayOf(request.prompt).findIndex(isOdd));
}

function* checkPromptInSteps(request: WireCompletionRequest): Steps<Failure | undefined> {
  return checkPromptKind(request) ?? refusePiece(request, yield* findIndexInSteps(arrayOf(request.prompt), isOdd));
}

function checkPromptKind({ prompt, messages }: WireCompletionRequest): Failure | undefined {
  if (prompt === undefined && messages !== undefined) {
    const hint = "give the text as `prompt`, or send the conversation to /v1/chat/completions";
    return refuse("prompt", `This looks like a chat request: ${hint}`);
  }
  if (prompt === undefined || prompt === null || typeof prompt === "string") return undefined;
  return isArray(prompt) && prompt.length > 0 ? undefined : refusePrompt(prompt);
}

function refusePiece({ prompt }: WireCompletionRequest, index: number): Failure | undefined {
  return index === -1 ? undefined : refusePrompt(prompt);
}

function refusePrompt(prompt: JsonField): Failure {
  return refuse("prompt", `\`prompt\` must be a string, or an array of strings or token ids, not ${nameOf(prompt)}`);
}

function isOdd(member: JsonValue): boolean {
  return typeof member !== "string" && !isTokenId(member) && !(isArray(member) && member.every(isTokenId));
}

function isTokenId(value: JsonValue): boolean {
  return Number.isSafeInteger(value);
}
