import type { JsonObject } from "./json.ts";
import type { Message } from "./message.ts";
import type { Tool, ToolChoice } from "./tool.ts";

/** How the answer must be shaped. */
export type ResponseFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object"; readonly extra?: JsonObject }
  | {
      readonly type: "json_schema";
      readonly name: string;
      readonly schema: JsonObject;
      readonly description?: string;
      readonly strict?: boolean;
    };

/**
 * One question to a model.
 *
 * Give `messages`, or `prompt` (with or without `system`), or both: `system` then goes before the
 * messages and `prompt` after them as a user turn. Nothing given is left out.
 *
 * @example
 * const request: InferenceRequest = { model: "qwen3-8b", system: "Be brief.", prompt: "Why is the sky blue?" };
 */
export interface InferenceRequest {
  readonly model: string;
  readonly prompt?: string;
  readonly system?: string;
  readonly messages?: readonly Message[];

  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;

  /** The most tokens to generate. The wire field it becomes is the target's own. */
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: string | readonly string[];
  readonly seed?: number;
  /** How many choices to generate. */
  readonly n?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly logitBias?: Readonly<Record<string, number>>;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;

  readonly responseFormat?: ResponseFormat;
  /** `none`, `minimal`, `low`, `medium`, `high`, or a word of the target's own. */
  readonly reasoningEffort?: string;
  /** The most tokens to spend on reasoning; 0 is none at all. */
  readonly reasoningBudget?: number;
  /** Whether readable reasoning is wanted, and of what kind: `none`, `auto`, `concise`, `detailed`. */
  readonly reasoningSummary?: string;
  readonly verbosity?: string;
  readonly modalities?: readonly string[];
  readonly audio?: JsonObject;
  readonly prediction?: JsonObject;
  readonly webSearchOptions?: JsonObject;

  readonly user?: string;
  readonly safetyIdentifier?: string;
  readonly promptCacheKey?: string;
  /** How long the prompt's cache is kept: `in-memory` or `24h`. */
  readonly promptCacheRetention?: string;
  readonly metadata?: JsonObject;
  readonly store?: boolean;
  readonly serviceTier?: string;

  /** Parameters that have no name here, sent at the top level of the body as they are. */
  readonly extra?: JsonObject;
}

/** What to embed: one text, several texts, or token ids where the server takes them. */
export type EmbeddingsInput = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

export interface EmbeddingsRequest {
  readonly model: string;
  readonly input: EmbeddingsInput;
  /** Width of the vectors, for models that can shorten them. */
  readonly dimensions?: number;
  /** How vectors cross the wire; either way they come back as numbers. */
  readonly encodingFormat?: "float" | "base64";
  readonly user?: string;
  readonly extra?: JsonObject;
}
