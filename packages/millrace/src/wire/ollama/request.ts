import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { otherFields } from "../assembly/field-set.ts";
import { refuse } from "../assembly/request-checks.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { arrayOf, booleanOf, numberOf, objectsOf, stringOf } from "../json/read.ts";
import type { DecodedRequest } from "../translation/codec.ts";
import { contentWith, decodeMessages } from "./decode-messages.ts";
import { decodeFormat } from "./format.ts";
import { decodeOptions } from "./options.ts";
import { decodeThink } from "./thinking.ts";
import { decodeTool } from "./tools.ts";
import type { WireRequest } from "./types.ts";

/** Whether a stream is asked for, which it is where nothing is said. */
export function wantsStream({ stream }: WireRequest): boolean {
  return stream !== false;
}

/** Whether the request is to load the model, or to let go of it, and asks nothing: see `load.ts`. */
export function asksNothing(json: WireRequest): boolean {
  return arrayOf(json.messages).length === 0 && (stringOf(json.prompt) ?? "") === "";
}

/** Reads a body of `/api/chat` that `checkChatRequest` found good. */
export function decodeChatRequest(json: JsonObject): DecodedRequest | Failure {
  const body: WireRequest = json;
  if (asksNothing(body)) return nothingAsked("messages");
  const tools = objectsOf(body.tools).map(decodeTool);
  const { parameters, rest } = decodeShared(body);
  const request: InferenceRequest = {
    model: stringOf(body.model) ?? "",
    messages: decodeMessages(body.messages),
    ...(tools.length > 0 && { tools }),
    ...parameters,
    ...extraOf(body, ["messages", "tools"], rest),
  };
  return { request, changes: [] };
}

/**
 * Reads a body of `/api/generate` that `checkGenerateRequest` found good: one question, with instructions before it.
 * What goes between two texts, or to the model without its template, has no place in a conversation.
 */
export function decodeGenerateRequest(json: JsonObject): DecodedRequest | Failure {
  const body: WireRequest = json;
  if (asksNothing(body)) return nothingAsked("prompt");
  if (body.raw === true) return unfit("raw", "a prompt in the model's own template");
  if ((stringOf(body.suffix) ?? "") !== "") return unfit("suffix", "a text to fill in");
  const system = stringOf(body.system) ?? "";
  const { parameters, rest } = decodeShared(body);
  const messages: readonly Message[] = [
    ...(system === "" ? [] : [{ role: "system", content: system } as const]),
    { role: "user", content: contentWith(stringOf(body.prompt) ?? "", body.images) },
  ];
  const request: InferenceRequest = {
    model: stringOf(body.model) ?? "",
    messages,
    ...parameters,
    ...extraOf(body, ["prompt", "system", "images", "raw", "suffix"], rest),
  };
  return { request, changes: [] };
}

/** What both kinds of requests can say, and the options that have no name here. */
function decodeShared(body: WireRequest): {
  readonly parameters: Partial<InferenceRequest>;
  readonly rest: JsonObject | undefined;
} {
  const { parameters: options, rest } = decodeOptions(body.options);
  const parameters = {
    ...options,
    ...present({
      responseFormat: decodeFormat(body.format),
      reasoningEffort: decodeThink(body.think),
      logprobs: booleanOf(body.logprobs),
      topLogprobs: numberOf(body.top_logprobs),
    }),
  };
  return { parameters, rest };
}

const READ = ["model", "stream", "options", "format", "think", "logprobs", "top_logprobs"];

function extraOf(
  body: WireRequest,
  known: readonly string[],
  rest: JsonObject | undefined,
): Pick<InferenceRequest, "extra"> {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const extra = { ...otherFields(given, new Set([...READ, ...known])), ...(rest && { options: rest }) };
  return Object.keys(extra).length === 0 ? {} : { extra };
}

function nothingAsked(field: string): Failure {
  return refuse(field, `\`${field}\` is empty: that asks to load the model, and this one loads by itself`);
}

function unfit(field: string, what: string): Failure {
  const message = `\`${field}\` is not taken: the model is at a server that has no place for ${what}`;
  return failureOf("unsupported", message, { param: field });
}
