import type { JsonObject } from "./json.ts";
import type { ToolCall } from "./tool.ts";

export type Role = "system" | "developer" | "user" | "assistant" | "tool";

/** One turn of a conversation. */
export interface Message {
  readonly role: Role;
  /** Text, typed parts, or `null` where an assistant turn only calls tools. */
  readonly content: string | readonly ContentPart[] | null;
  /** Who is speaking, where several share a role. */
  readonly name?: string;
  /** On a `tool` message: the call that this is the result of. */
  readonly toolCallId?: string;
  /** On an `assistant` message: the calls it made. */
  readonly toolCalls?: readonly ToolCall[];
  /** On an `assistant` message: its readable reasoning, replayed where the target wants it back. */
  readonly reasoning?: string;
  /** On an `assistant` message: opaque reasoning blocks, replayed byte for byte. */
  readonly reasoningDetails?: readonly JsonObject[];
  /** On an `assistant` message: what it refused with. */
  readonly refusal?: string;
  /** Fields of this message that have no name here; sent in place. */
  readonly extra?: JsonObject;
}

export interface TextPart {
  readonly type: "text";
  readonly text: string;
  readonly extra?: JsonObject;
}

export interface ImagePart {
  readonly type: "image";
  /** An `https:`, `http:` or `data:` URL. It is passed on, never fetched. */
  readonly url: string;
  readonly detail?: "low" | "high" | "auto";
  readonly extra?: JsonObject;
}

export interface AudioPart {
  readonly type: "audio";
  /** Base64. */
  readonly data: string;
  readonly format: string;
  readonly extra?: JsonObject;
}

export interface FilePart {
  readonly type: "file";
  /** The dialect's own file object, kept as it was given. */
  readonly file: JsonObject;
  readonly extra?: JsonObject;
}

export interface RefusalPart {
  readonly type: "refusal";
  readonly refusal: string;
  readonly extra?: JsonObject;
}

/** A part whose type has no name here; `raw` is the whole part. */
export interface OpaquePart {
  readonly type: "opaque";
  readonly raw: JsonObject;
}

export type ContentPart = TextPart | ImagePart | AudioPart | FilePart | RefusalPart | OpaquePart;
