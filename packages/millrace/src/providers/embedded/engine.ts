import type { CancelSignal } from "../../model/cancellation.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";

/** How a model is loaded. Plain data: it crosses to another thread. */
export interface EngineSettings {
  /** The engine's package, as a path to import. */
  readonly packagePath: string;
  /** The model's file, absolute. */
  readonly modelPath: string;
  /** How many tokens one conversation may have; a model that was made for fewer has those. */
  readonly contextTokens: number;
  /** How many answers are generated at once. */
  readonly slots: number;
  /** Absent where it depends on the machine. */
  readonly threads?: number;
  readonly gpu: "auto" | "off";
}

/** What loading told of the model. */
export interface LoadedModel {
  /** Tokens of one conversation, answer included. */
  readonly contextTokens: number;
  readonly threads: number;
}

/** A turn of a conversation as templates of models have it: what the model did between two turns of others is one. */
export type Turn =
  | { readonly type: "system" | "user"; readonly text: string }
  | { readonly type: "model"; readonly response: readonly ModelPart[] };

/** Something that a model did: it spoke, thought, or called a tool, whose result stands with the call. */
export type ModelPart =
  | string
  | { readonly type: "segment"; readonly segmentType: "thought"; readonly text: string; readonly ended: boolean }
  | {
      readonly type: "functionCall";
      readonly name: string;
      readonly params: JsonValue;
      readonly result: string;
      /** It is the first of those called at once. */
      readonly startsNewChunk: boolean;
    };

/** A tool that may be called. */
export interface EngineTool {
  readonly name: string;
  readonly description?: string;
  /** As it came: the model reads it. */
  readonly parameters?: JsonObject;
  /** What arguments are held to. Absent where it takes none. */
  readonly grammar?: JsonObject;
}

/** How the next token is chosen. What is absent is the engine's choice. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

/** An answer to generate. Plain data. */
export interface GenerateRequest {
  readonly turns: readonly Turn[];
  readonly tools: readonly EngineTool[];
  /** Names of the tools that have to be called now, one of them; empty where that is the model's choice. */
  readonly mustCall: readonly string[];
  /** How many calls one answer may have. */
  readonly maxCalls: number;
  /** What the text is held to: any JSON, or a grammar made of a schema. */
  readonly shape?: "json" | { readonly grammar: JsonObject };
  readonly sampling: Sampling;
  readonly maxTokens?: number;
  /** The most tokens to spend on thinking. */
  readonly maxThinkingTokens?: number;
  readonly stops: readonly string[];
}

/** A piece of an answer, in its order. Calls are counted from 0. */
export type Piece =
  | { readonly type: "text" | "reasoning"; readonly text: string }
  | { readonly type: "call"; readonly call: number; readonly name: string }
  | { readonly type: "arguments"; readonly call: number; readonly text: string }
  | { readonly type: "call-end"; readonly call: number };

/** How an answer ended, and what it took. */
export interface Generated {
  readonly reason: "stop" | "length" | "tool_calls";
  readonly stopSequence?: string;
  readonly promptTokens: number;
  /** Part of `promptTokens` that was in memory already. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
}

export interface Embedded {
  /** One for each text, each of length 1. */
  readonly vectors: readonly (readonly number[])[];
  readonly tokens: number;
}

/**
 * One model in memory. All its methods reject with a `ProviderError`. A signal that fires makes the engine stop at the
 * next token; the promise settles when it has stopped.
 */
export interface Engine {
  /** Resolves when it ended without being closed, with why. */
  readonly ended: Promise<Error>;
  /** Called once, before anything else. */
  load(): Promise<LoadedModel>;
  /** At most as many at once as there are slots. */
  generate(
    request: GenerateRequest,
    onPieces: (pieces: readonly Piece[]) => void,
    signal: CancelSignal,
  ): Promise<Generated>;
  embed(texts: readonly string[], signal: CancelSignal): Promise<Embedded>;
  /** Gives the memory back. What is under way is cancelled. */
  close(): Promise<void>;
}
