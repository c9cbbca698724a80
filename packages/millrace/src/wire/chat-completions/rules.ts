import type { Role } from "../../model/message.ts";

/**
 * What a chat-completions server takes and gives that differs from the reference. Profiles are
 * records of these; the codec reads them and knows no server by name.
 */
export interface ChatRules {
  readonly request: RequestRules;
  readonly reply: ReplyRules;
}

export interface RequestRules {
  /**
   * The field that carries the token limit. `either`: the server takes both, so the client's own
   * choice stays (ours is `max_completion_tokens`).
   */
  readonly tokenLimitField: "max_tokens" | "max_completion_tokens" | "either";
  /** Models (matched from the start of the id, after any vendor prefix) that are reasoning models. */
  readonly reasoningModels: readonly string[];
  /** Models, likewise, that do not reason, and refuse to be told an effort; some of their ids begin so too. */
  readonly chatModels: readonly string[];
  /** Parameters that reasoning models refuse; dropped for them, with a change reported. */
  readonly refusedByReasoningModels: readonly string[];
  /** What becomes of the `developer` role. */
  readonly developerRole: "keep" | "system";
  /** Whether `stream_options: { include_usage: true }` is understood. */
  readonly streamUsageOption: boolean;
  /** Roles whose content it takes as a string only, to which texts in parts are joined. */
  readonly stringContent: readonly Role[];
  /** What `content` is on an assistant turn that only calls tools. */
  readonly contentBesideToolCalls: "null" | "empty";
  /**
   * What becomes of `reasoning_content` in history: kept under that name, sent as `reasoning`, or
   * left out.
   */
  readonly reasoningInHistory: "reasoning_content" | "reasoning" | "omit";
  /** What becomes of reasoning in history that is an empty string. */
  readonly emptyReasoningInHistory: "keep" | "omit";
  /** The lowest temperature it takes, to which a lower one is raised. Absent where 0 is fine. */
  readonly lowestTemperature?: number;
  /** `data`: it reads images only where they stand in the request itself, as data URLs. */
  readonly images: "any" | "data";
  /** Whether a tool's result may hold an image, a file or audio. */
  readonly imagesInToolResults: boolean;
  /** `strict`: names of tools hold only letters, digits, `_` and `-`, and at most 64 of them. */
  readonly toolNames: "any" | "strict";
  /** Whether the schema of a tool's arguments has to name `properties`, were there none. */
  readonly schemaNeedsProperties: boolean;
  /** Whether every schema of a tool's arguments has to be an object, where `true` and `false` are schemas too. */
  readonly objectSchemas: boolean;
  /** The ids of tool calls it takes; others are replaced, for a call and its results alike. */
  readonly toolCallIds: "any" | ToolCallIdForm;
  /**
   * `first`: the models' templates know instructions only at the beginning, and turns that alternate. What reaches the
   * server from clients of other dialects is made so.
   */
  readonly instructions: "anywhere" | "first";
  /** What is not OpenAI's own, or only OpenAI's, and reaches the server from clients of other dialects too. */
  readonly understands: readonly ChatExtension[];
  /** Top-level parameters the server refuses; dropped, with a change reported. */
  readonly refusedParameters: readonly string[];
}

/**
 * Parts of the dialect that only some servers take. `platform` are the parameters of OpenAI's platform that say
 * nothing about the answer: `store`, `metadata`, `service_tier`, `prompt_cache_key`, `prompt_cache_retention`,
 * `safety_identifier`. `file_urls`: a file's URL may stand where its data does.
 */
export type ChatExtension = "cache_control" | "reasoning_details" | "custom_tools" | "top_k" | "platform" | "file_urls";

export interface ToolCallIdForm {
  /** A regular expression that an id has to match as a whole. */
  readonly pattern: string;
  /** What a new id is: nine letters and digits, or as Kimi writes them, `functions.NAME:COUNT`. */
  readonly made: "letters-and-digits" | "function-and-count";
}

export interface ReplyRules {
  /** `<think>` tags in the text: left alone, extracted, or extracted with the opening tag implied. */
  readonly thinkTags: "leave" | "extract" | "extract-from-start";
  /** Each delta holds the whole text so far. Never guessed. */
  readonly cumulativeDeltas: boolean;
  /** A tool's name may come in pieces that have to be joined. Never guessed. */
  readonly toolNameInPieces: boolean;
  /** What an unreadable chunk does. */
  readonly unreadableChunk: "fail" | "skip";
  /** Where the server states a cost in dollars, the field of `usage` that holds it. */
  readonly costField?: string;
}

/** The reference server: OpenAI's own specification, strict on nothing. */
export const REFERENCE_RULES: ChatRules = {
  request: {
    tokenLimitField: "either",
    reasoningModels: [],
    chatModels: [],
    refusedByReasoningModels: [],
    developerRole: "keep",
    streamUsageOption: true,
    stringContent: [],
    contentBesideToolCalls: "null",
    reasoningInHistory: "reasoning_content",
    emptyReasoningInHistory: "keep",
    images: "any",
    imagesInToolResults: true,
    toolNames: "any",
    schemaNeedsProperties: false,
    objectSchemas: false,
    toolCallIds: "any",
    instructions: "anywhere",
    understands: [],
    refusedParameters: [],
  },
  reply: {
    thinkTags: "leave",
    cumulativeDeltas: false,
    toolNameInPieces: false,
    unreadableChunk: "fail",
  },
};
