import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { CONTEXT_TOKENS } from "./models.ts";
import { countTokens } from "./tokens.ts";

/**
 * The tokens of a prompt, or why it does not fit. To be asked first: what is done with a prompt takes as long as
 * it is.
 *
 * @param param the field that holds the texts
 */
export function promptSize(texts: Iterable<string>, param: string): number | Failure {
  const tokens = countTokens(texts, CONTEXT_TOKENS);
  if (tokens <= CONTEXT_TOKENS) return tokens;
  const message = `This model's maximum context length is ${CONTEXT_TOKENS} tokens, and \`${param}\` has more.`;
  return failureOf("context_overflow", message, { param, code: "context_length_exceeded" });
}
