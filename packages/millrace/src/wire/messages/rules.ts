/** What a server of the Messages dialect takes that differs from another's. Plain data; profiles are records of these. */
export interface MessagesRules {
  /** The most tokens to generate where the caller gave no limit: the dialect demands one. */
  readonly defaultMaxTokens: number;
  /**
   * Models that are asked to think with a budget of tokens; all others choose themselves, and are told an effort.
   * Matched from the start of the id, after any vendor's prefix; `""` is every model.
   */
  readonly budgetModels: readonly string[];
  /** Models that take `temperature`, `top_p` and `top_k`, matched in the same way. */
  readonly samplingModels: readonly string[];
  /** Whether reasoning of earlier turns may be sent back without a signature. */
  readonly readableReasoning: boolean;
  /** Whether a turn behind the first may have the role `system`. */
  readonly systemTurns: boolean;
  /** Whether who asks may be told by an e-mail address or a phone number. */
  readonly personalUsers: boolean;
  /** Whether the server counts a request's tokens at `/messages/count_tokens`. */
  readonly countsTokens: boolean;
  /** Goes into the body as `anthropic_version`; the model then stands in the path alone. */
  readonly bodyVersion?: string;
  /** Where requests go; `{model}` stands for the id. `/messages` where absent. */
  readonly paths?: MessagesPaths;
}

export interface MessagesPaths {
  readonly whole: string;
  readonly stream: string;
}

const BUDGET_MODELS = [
  "claude-instant",
  "claude-2",
  "claude-3",
  "claude-opus-4-0",
  "claude-opus-4-20250514",
  "claude-opus-4@20250514",
  "claude-opus-4-1",
  "claude-opus-4-5",
  "claude-sonnet-4-0",
  "claude-sonnet-4-20250514",
  "claude-sonnet-4@20250514",
  "claude-sonnet-4-5",
  "claude-haiku-4-5",
];

/** Anthropic's own API. */
export const ANTHROPIC_RULES: MessagesRules = {
  defaultMaxTokens: 8192,
  budgetModels: BUDGET_MODELS,
  samplingModels: [...BUDGET_MODELS, "claude-opus-4-6", "claude-sonnet-4-6"],
  readableReasoning: false,
  systemTurns: false,
  // "user_id appears to contain an email address": https://github.com/BerriAI/litellm/issues/10106.
  personalUsers: false,
  countsTokens: true,
};

/** Google's Vertex. */
export const VERTEX_MESSAGES_RULES: MessagesRules = {
  ...ANTHROPIC_RULES,
  countsTokens: false,
  bodyVersion: "vertex-2023-10-16",
  paths: {
    whole: "/publishers/anthropic/models/{model}:rawPredict",
    stream: "/publishers/anthropic/models/{model}:streamRawPredict",
  },
};

/** Other makers' models behind this dialect. */
export const COMPATIBLE_MESSAGES_RULES: MessagesRules = {
  ...ANTHROPIC_RULES,
  budgetModels: [""],
  samplingModels: [""],
  readableReasoning: true,
  personalUsers: true,
  countsTokens: false,
};

/** Whether a model is one of those that are named by how their ids begin. */
export function isAmong(model: string, beginnings: readonly string[]): boolean {
  const id = model.slice(Math.max(model.lastIndexOf("/") + 1, model.indexOf("claude")));
  return beginnings.some(
    (start) => start === "" || (id.startsWith(start) && !/^[a-z0-9]/iu.test(id.slice(start.length))),
  );
}

/** Where a request for a model goes. */
export function messagesPath({ paths }: MessagesRules, model: string, stream: boolean): string {
  const template = paths?.[stream ? "stream" : "whole"] ?? "/messages";
  // Versions of models stand behind a sign that may stay as it is.
  return template.replaceAll("{model}", () => encodeURIComponent(model).replaceAll("%40", "@"));
}
