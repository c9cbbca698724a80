/**
 * Why a choice ended, in one vocabulary. The server's own word is kept beside it.
 *
 * `unknown` means that the stream ended properly but no reason was ever given.
 */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "unknown";
