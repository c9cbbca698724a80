import type { JsonObject, JsonValue } from "../../model/json.ts";

/** One piece of a turn: text, data, a call, a result. `thought` and `thoughtSignature` may stand beside any of them. */
export interface WirePart extends JsonObject {
  readonly text?: JsonValue;
  readonly thought?: JsonValue;
  /** Base64 that only the model that wrote it can read. */
  readonly thoughtSignature?: JsonValue;
  readonly inlineData?: JsonValue;
  readonly fileData?: JsonValue;
  readonly functionCall?: JsonValue;
  readonly functionResponse?: JsonValue;
}

/** One turn. */
export interface WireContent extends JsonObject {
  /** `user`, `model`, or, in older clients, `function`; a missing one is the user's. */
  readonly role?: JsonValue;
  readonly parts?: JsonValue;
}

/** A request, as loosely as it comes. The model is in the path. */
export interface WireRequest extends JsonObject {
  readonly contents?: JsonValue;
  readonly systemInstruction?: JsonValue;
  readonly tools?: JsonValue;
  readonly toolConfig?: JsonValue;
  readonly generationConfig?: JsonValue;
  readonly serviceTier?: JsonValue;
}

/** One answer of a reply, or a piece of one. */
export interface WireCandidate extends JsonObject {
  readonly index?: JsonValue;
  readonly content?: JsonValue;
  readonly finishReason?: JsonValue;
  readonly finishMessage?: JsonValue;
  readonly groundingMetadata?: JsonValue;
  readonly citationMetadata?: JsonValue;
  readonly logprobsResult?: JsonValue;
}

/** A reply, or one event of a streamed one. */
export interface WireReply extends JsonObject {
  readonly candidates?: JsonValue;
  readonly promptFeedback?: JsonValue;
  readonly usageMetadata?: JsonValue;
  readonly modelVersion?: JsonValue;
  readonly responseId?: JsonValue;
}
