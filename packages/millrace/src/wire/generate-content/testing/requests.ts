import { expect } from "vitest";
import type { Change } from "../../../model/change.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { Message } from "../../../model/message.ts";
import type { InferenceRequest } from "../../../model/request.ts";
import type { EncodedRequest } from "../../translation/codec.ts";
import { decodeRequest, encodeRequest } from "../request.ts";
import { GEMINI_RULES } from "../rules.ts";

export const MODEL = "gemini-2.5-flash";

/** A request of a client, read; nothing may be changed in it. */
export function read(body: JsonObject): InferenceRequest {
  const decoded = decodeRequest(body);
  expect(decoded.changes).toEqual([]);
  return decoded.request;
}

/** The first turn of a client's request. */
export const asked: JsonObject = { role: "user", parts: [{ text: "hi" }] };
/** The same in the model's words. */
export const hi: Message = { role: "user", content: "hi" };

/** A request, written for a server. */
export function write(request: Partial<InferenceRequest>, model = MODEL, rules = GEMINI_RULES): EncodedRequest {
  const whole = { model: "any", messages: [hi], ...request };
  return encodeRequest(whole, { model, stream: true, translated: true }, rules);
}

export function told(changes: readonly Change[]): readonly string[] {
  return changes.map(({ field, action }) => `${action} ${field}`);
}

/** A turn that calls one function. */
export function called(id: string, name: string, more: object = {}): Message {
  return { role: "assistant", content: null, toolCalls: [{ id, type: "function", name, arguments: "{}", ...more }] };
}
