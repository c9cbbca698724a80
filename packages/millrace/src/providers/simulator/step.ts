import type { FinishReason } from "../../model/finish-reason.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { OpenAIErrorReply } from "../../wire/failure/openai-error.ts";

/** One thing that an answer does. Behind one that ends it nothing more is done. */
export type Step = TextStep | CallStep | PaceStep | EndingStep;

export interface TextStep {
  readonly type: "text" | "reasoning";
  readonly text: string;
}

export interface CallStep {
  readonly type: "call";
  readonly kind: ToolCall["type"];
  readonly name: string;
  readonly arguments: string;
}

/** From here on, this long before each piece. */
export interface PaceStep {
  readonly type: "pace";
  readonly ms: number;
}

export type EndingStep = { readonly type: "finish"; readonly reason: FinishReason } | Breakdown;

/** An ending that no server means to have. */
export type Breakdown =
  | { readonly type: "fail"; readonly error: OpenAIErrorReply }
  /** The connection ends without a word. */
  | { readonly type: "cut" }
  /** Nothing more comes, and the connection stays. */
  | { readonly type: "hang" };
