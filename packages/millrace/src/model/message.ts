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
  /** On an `assistant` message: opaque reasoning blocks, replayed byte for byte; see {@link ReasoningDetail}. */
  readonly reasoningDetails?: readonly JsonObject[];
  /** On an `assistant` message: what it refused with. */
  readonly refusal?: string;
  /** On a `tool` message: the call failed, and the content says how. */
  readonly isError?: boolean;
  /** The prompt up to here is worth caching; see {@link CacheControl}. */
  readonly cacheControl?: CacheControl;
  /** Fields of this message that have no name here; sent in place. */
  readonly extra?: JsonObject;
}

/** Marks the end of a prompt's beginning that is worth caching, such as `{"type": "ephemeral", "ttl": "1h"}`. */
export type CacheControl = JsonObject;

export interface TextPart {
  readonly type: "text";
  readonly text: string;
  readonly cacheControl?: CacheControl;
  readonly extra?: JsonObject;
}

export interface ImagePart {
  readonly type: "image";
  /** An `https:`, `http:` or `data:` URL. It is passed on, never fetched. */
  readonly url: string;
  readonly detail?: "low" | "high" | "auto" | "original";
  readonly cacheControl?: CacheControl;
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
  /**
   * `file_data` (a data URL), `file_url` or `file_id`, with a `filename` where there is one: the names of OpenAI's
   * dialects. Other fields are kept as they were given.
   */
  readonly file: JsonObject;
  /** It is an image, where its client says so: dialects that know images by id tell them from other files. */
  readonly isImage?: true;
  readonly cacheControl?: CacheControl;
  readonly extra?: JsonObject;
}

export interface RefusalPart {
  readonly type: "refusal";
  readonly refusal: string;
  readonly extra?: JsonObject;
}

/**
 * What a model wants back of its reasoning, in the form that OpenRouter gave it: `type` is `reasoning.text` (`text`,
 * `signature`), `reasoning.summary` (`summary`) or `reasoning.encrypted` (`data`). `format` names who can read it:
 * `anthropic-claude-v1`, `openai-responses-v1` or `google-gemini-v1`. `id` and `index` are the block's own.
 */
export type ReasoningDetail = JsonObject;

/** A part whose type has no name here; `raw` is the whole part. */
export interface OpaquePart {
  readonly type: "opaque";
  readonly raw: JsonObject;
  /** All that it says, for a server that has no such part. */
  readonly text?: string;
}

export type ContentPart = TextPart | ImagePart | AudioPart | FilePart | RefusalPart | OpaquePart;
