import type { Failure } from "../../model/failure.ts";
import { encodeOpenAIError } from "../failure/openai-error.ts";
import type { OpenAIErrorReply } from "../failure/openai-error.ts";

/** A failure as the reply to an embeddings request. */
export function encodeEmbeddingsError(failure: Failure): OpenAIErrorReply {
  return encodeOpenAIError(failure);
}
