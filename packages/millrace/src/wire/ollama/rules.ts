/** How servers of this dialect differ, and how one is used. */
export interface OllamaRules {
  /**
   * Tokens of context to load a model with, sent as `options.num_ctx` where the request has none of its own. It is one
   * number for all requests, not raised to fit a prompt: every other number makes the server load the model anew.
   * Absent: the server's default, which may be as little as 4096.
   */
  readonly contextLength?: number;
  /** How long a model stays loaded, such as `"30m"` or -1 for always, where the request does not say. */
  readonly keepAlive?: string | number;
  /**
   * Whether the oldest turns are left out, without a word, of a conversation that is too long. Absent: the server's
   * default, which is yes. Only for requests of clients of other dialects: the others know what they talk to.
   */
  readonly truncate?: boolean;
  /** The levels of thinking that it knows, lowest first. */
  readonly thinkLevels: readonly [string, ...string[]];
}

/** Any Ollama since 0.11, which knows levels of thinking. Servers that do not know `truncate` ignore it. */
export const OLLAMA_RULES: OllamaRules = {
  truncate: false,
  thinkLevels: ["low", "medium", "high"],
};
