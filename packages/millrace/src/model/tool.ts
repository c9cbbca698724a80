import type { JsonObject } from "./json.ts";

/** A function that the model may call. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments, passed on untouched. */
  readonly parameters?: JsonObject;
  /** Ask the server to hold the model to the schema. */
  readonly strict?: boolean;
  /** The group it belongs to, where tools come in groups; names are then only unique within one. */
  readonly namespace?: string;
  /** The prompt up to here is worth caching. */
  readonly cacheControl?: JsonObject;
  /** Fields of the definition that have no name here; sent in place. */
  readonly extra?: JsonObject;
}

/** A tool that takes free text instead of JSON. */
export interface CustomTool {
  readonly type: "custom";
  readonly name: string;
  readonly description?: string;
  /** What the text must be, such as a grammar. */
  readonly format?: JsonObject;
  readonly extra?: JsonObject;
}

/** A tool of another kind, such as one that the server itself runs: `raw` is sent as it is. */
export interface OpaqueTool {
  readonly raw: JsonObject;
}

export type Tool = ToolDefinition | CustomTool | OpaqueTool;

/** Whether and which tool must be called. An object names one tool. */
export type ToolChoice = "auto" | "none" | "required" | { readonly name: string } | OpaqueTool;

/**
 * A call the model made.
 *
 * `arguments` is always the raw text. `input` is present only when that text is a JSON object and
 * the call ended cleanly, so code that runs tools reads `input` and nothing else.
 */
export interface ToolCall {
  readonly id: string;
  readonly type: "function" | "custom";
  readonly name: string;
  readonly arguments: string;
  readonly input?: JsonObject;
  /** Why `input` is missing. */
  readonly problem?: ToolCallProblem;
  /** Fields of the call that have no name here, such as a thought signature; replayed in place. */
  readonly extra?: JsonObject;
}

/**
 * - `incomplete`: the answer was cut (by length, or by an error) inside the arguments.
 * - `not-json`: the arguments do not parse.
 * - `not-an-object`: they parse to something other than an object.
 */
export type ToolCallProblem = "incomplete" | "not-json" | "not-an-object";
