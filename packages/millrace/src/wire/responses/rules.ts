/** What a server of the Responses dialect takes that differs from another's. Plain data; profiles are records of these. */
export interface ResponsesRules {
  /** The lowest `max_output_tokens` it takes, to which a lower one is raised. */
  readonly lowestMaxOutputTokens?: number;
  /** Models (matched from the start of the id, after any vendor prefix) that are reasoning models. */
  readonly reasoningModels: readonly string[];
  /** Models, likewise, that do not reason, and refuse to be told an effort; some of their ids begin so too. */
  readonly chatModels: readonly string[];
  /** Parameters, by their names in this dialect, that reasoning models refuse unless their effort is `none`. */
  readonly refusedByReasoningModels: readonly string[];
  /** Whether `store` is sent as false where the caller did not say: the server would keep every answer. */
  readonly storeFalse: boolean;
  /** Whether reasoning models are asked for encrypted reasoning, which can be sent back to a server that kept nothing. */
  readonly encryptedReasoning: boolean;
  /** Whether readable reasoning of earlier turns may be sent back without its encrypted form. */
  readonly readableReasoning: boolean;
  /** Whether penalties, `seed`, `stop` and `top_k` are understood under their names in chat completions. */
  readonly chatParameters: boolean;
  /** Whether JSON mode is refused unless the word "json" stands in a message of `input`; `instructions` do not count. */
  readonly jsonInInput: boolean;
  /** Whether the server counts a request's tokens at `/responses/input_tokens`. */
  readonly countsTokens: boolean;
  /** Top-level parameters the server refuses; dropped, with a change reported. */
  readonly refusedParameters: readonly string[];
}

/** OpenAI's own service, and Azure's. */
export const OPENAI_RESPONSES_RULES: ResponsesRules = {
  lowestMaxOutputTokens: 16,
  reasoningModels: ["o1", "o3", "o4", "gpt-5", "gpt-6", "codex-"],
  chatModels: ["gpt-5-chat", "gpt-4", "gpt-3.5", "chatgpt-"],
  refusedByReasoningModels: ["temperature", "top_p", "top_logprobs"],
  storeFalse: true,
  encryptedReasoning: true,
  readableReasoning: false,
  chatParameters: false,
  jsonInInput: true,
  countsTokens: true,
  refusedParameters: [],
};

/** What a request is when nothing is known of its server: nothing is added to it and nothing left out. */
export const REFERENCE_RESPONSES_RULES: ResponsesRules = {
  reasoningModels: [],
  chatModels: [],
  refusedByReasoningModels: [],
  storeFalse: false,
  encryptedReasoning: false,
  readableReasoning: true,
  chatParameters: true,
  jsonInInput: false,
  countsTokens: false,
  refusedParameters: [],
};

/** Other makers' models behind this dialect. */
export const COMPATIBLE_RESPONSES_RULES: ResponsesRules = {
  ...REFERENCE_RESPONSES_RULES,
  storeFalse: true,
  chatParameters: false,
};
