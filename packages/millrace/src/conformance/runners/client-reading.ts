import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, numberOf, objectOf, objectsOf, stringOf } from "../../wire/json/read.ts";
import { normalizeUsage } from "../../wire/assembly/usage.ts";
import type { Observed, ObservedCall, ObservedChoice, ObservedError } from "../cases/observed.ts";
import type { ReadEvent } from "./canonical-stream.ts";

type Known = Pick<Observed, "choices" | "model" | "usage" | "extra" | "error" | "done">;

const REPLY_FIELDS: ReadonlySet<string> = new Set(["id", "object", "created", "model", "choices", "usage"]);
const CHOICE_FIELDS: ReadonlySet<string> = new Set(["index", "delta", "message", "finish_reason", "logprobs"]);
const MESSAGE_FIELDS: ReadonlySet<string> = new Set([
  "role",
  "content",
  "reasoning_content",
  "reasoning_details",
  "refusal",
  "tool_calls",
  "audio",
]);

/** What a plain client of the reference dialect makes of a stream. It knows nothing of any quirk. */
export function readStream(events: readonly ReadEvent[]): Known {
  const choices = new Map<number, Draft>();
  const reply: { model?: string; usage?: JsonObject; extra: JsonObject } = { extra: {} };
  let error: ObservedError | undefined;
  let done = false;
  for (const { data } of events) {
    if (data === "[DONE]") {
      done = true;
      break;
    }
    const chunk = JSON.parse(data) as JsonObject;
    if (isObject(chunk["error"])) {
      error = readError(chunk["error"], {});
      break;
    }
    reply.model ??= stringOf(chunk["model"]) ?? "";
    if (isObject(chunk["usage"])) reply.usage = chunk["usage"];
    reply.extra = { ...reply.extra, ...others(chunk, REPLY_FIELDS) };
    for (const choice of objectsOf(chunk["choices"])) grow(choices, choice);
  }
  return {
    choices: finished(choices),
    done,
    ...(reply.model !== undefined && { model: reply.model }),
    ...(reply.usage !== undefined && { usage: normalizeUsage(reply.usage) }),
    ...(Object.keys(reply.extra).length > 0 && { extra: reply.extra }),
    ...(error !== undefined && { error }),
  };
}

/** What it makes of one whole reply. */
export function readReply(reply: JsonObject): Known {
  const choices = new Map<number, Draft>();
  for (const choice of objectsOf(reply["choices"])) {
    grow(choices, { ...choice, delta: objectOf(choice["message"]) ?? {}, message: null });
  }
  const extra = others(reply, REPLY_FIELDS);
  return {
    choices: finished(choices),
    ...(typeof reply["model"] === "string" && { model: reply["model"] }),
    ...(isObject(reply["usage"]) && { usage: normalizeUsage(reply["usage"]) }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

export function readError(error: JsonObject, headers: Readonly<Record<string, string>>): ObservedError {
  const { code, message, param, upstream } = error;
  const retryAfterMs = headers["retry-after-ms"];
  return {
    code: stringOf(code) ?? "",
    message: stringOf(message) ?? "",
    ...(typeof param === "string" && { param }),
    ...(isObject(upstream) && { upstream }),
    ...(retryAfterMs !== undefined && { retryAfterMs: Number(retryAfterMs) }),
  };
}

interface Draft {
  text: string;
  reasoning: string;
  refusal: string;
  finish: string | undefined;
  details: JsonValue[];
  logprobs: JsonObject | undefined;
  audio: JsonObject | undefined;
  extra: JsonObject;
  readonly calls: Map<number, { id: string; type: string; name: string; text: string; extra: JsonObject }>;
}

function grow(choices: Map<number, Draft>, choice: JsonObject): void {
  const index = numberOf(choice["index"]) ?? 0;
  const draft = choices.get(index) ?? emptyDraft();
  choices.set(index, draft);
  const delta = objectOf(choice["delta"]) ?? {};
  draft.text += stringOf(delta["content"]) ?? "";
  draft.reasoning += stringOf(delta["reasoning_content"]) ?? "";
  draft.refusal += stringOf(delta["refusal"]) ?? "";
  draft.finish = stringOf(choice["finish_reason"]) ?? draft.finish;
  if (isArray(delta["reasoning_details"])) draft.details.push(...delta["reasoning_details"]);
  if (isObject(choice["logprobs"])) draft.logprobs = grown(draft.logprobs, choice["logprobs"]);
  if (isObject(delta["audio"])) draft.audio = grown(draft.audio, delta["audio"]);
  draft.extra = { ...draft.extra, ...others(delta, MESSAGE_FIELDS), ...others(choice, CHOICE_FIELDS) };
  for (const [position, call] of objectsOf(delta["tool_calls"]).entries()) growCall(draft, call, position);
}

function growCall(draft: Draft, call: JsonObject, position: number): void {
  const index = numberOf(call["index"]) ?? position;
  const known = draft.calls.get(index) ?? { id: "", type: "", name: "", text: "", extra: {} };
  draft.calls.set(index, known);
  const body = objectOf(call["function"]) ?? objectOf(call["custom"]) ?? {};
  known.id += stringOf(call["id"]) ?? "";
  known.type += stringOf(call["type"]) ?? "";
  known.name += stringOf(body["name"]) ?? "";
  known.text += stringOf(body["arguments"]) ?? stringOf(body["input"]) ?? "";
  known.extra = { ...known.extra, ...others(call, new Set(["index", "id", "type", "function", "custom"])) };
}

/** Fields whose lists and long texts come in pieces. */
function grown(before: JsonObject | undefined, piece: JsonObject): JsonObject {
  const entries = Object.entries(piece).map(([field, value]) => {
    const known = before?.[field];
    if (isArray(known) && isArray(value)) return [field, [...known, ...value]] as const;
    const inPieces = field === "data" || field === "transcript";
    return [field, inPieces ? (stringOf(known) ?? "") + (stringOf(value) ?? "") : value] as const;
  });
  return { ...before, ...Object.fromEntries(entries) };
}

function emptyDraft(): Draft {
  return {
    text: "",
    reasoning: "",
    refusal: "",
    finish: undefined,
    details: [],
    logprobs: undefined,
    audio: undefined,
    extra: {},
    calls: new Map(),
  };
}

function finished(choices: ReadonlyMap<number, Draft>): ObservedChoice[] {
  const inOrder = [...choices].sort(([a], [b]) => a - b);
  return inOrder.map(([, { text, reasoning, refusal, finish, details, logprobs, audio, extra, calls }]) => ({
    text,
    toolCalls: [...calls.values()].map(observedCall),
    ...(finish !== undefined && { finish }),
    ...(reasoning !== "" && { reasoning }),
    ...(refusal !== "" && { refusal }),
    ...(details.length > 0 && { reasoningDetails: details }),
    ...(logprobs !== undefined && { logprobs }),
    ...(audio !== undefined && { audio }),
    ...(Object.keys(extra).length > 0 && { extra }),
  }));
}

function observedCall({
  text,
  extra,
  ...call
}: {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly text: string;
  readonly extra: JsonObject;
}): ObservedCall {
  return { ...call, arguments: text, ...(Object.keys(extra).length > 0 && { extra }) };
}

function others(object: JsonObject, known: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !known.has(field)));
}
