import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";

/** A tool that a request offers, whatever the dialect. */
export interface OfferedTool {
  readonly name: string;
  /** The JSON Schema of its arguments. */
  readonly schema: JsonObject;
}

/** What the script needs to know of a request, whatever the dialect. */
export interface Asked {
  readonly tools: readonly OfferedTool[];
  /** The one tool that must be called, where the request says so. */
  readonly forcedTool?: string;
  /** The JSON Schema that the answer must fit, where the request has one. */
  readonly answerSchema?: JsonObject;
  /** The text of every tool result in the conversation. */
  readonly results: readonly string[];
  /** The opaque reasoning that came back with the conversation. */
  readonly opaqueReasoning: readonly string[];
  readonly stream: boolean;
}

export interface ScriptedCall {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

/** What the scripted model says, whatever the dialect. */
export interface Answer {
  readonly reasoning?: string;
  readonly text: string;
  readonly call?: ScriptedCall;
}

/** The opaque part of the reasoning, as the dialects with one send it. Base64, since some clients look. */
export const OPAQUE_REASONING: string = Buffer.from("scripted reasoning, not for reading").toString("base64");

export const USAGE = { input: 25, output: 9 } as const;
