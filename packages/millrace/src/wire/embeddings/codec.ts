import { encodeEmbeddingsError } from "./error.ts";
import { encodeFloats } from "./float-codec.ts";
import { checkEmbeddingsRequest, decodeEmbeddingsRequest, requestedFormat } from "./request.ts";
import type { EmbeddingsClientCodec } from "../translation/embeddings.ts";
import { stringOf } from "../json/read.ts";

/** OpenAI's embeddings for clients. */
export const openaiEmbeddings: EmbeddingsClientCodec = {
  check: checkEmbeddingsRequest,
  decodeRequest: (json) => ({ request: decodeEmbeddingsRequest(json), changes: [] }),
  encodeResponse: (vectors, usage, asked) => ({
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: requestedFormat(asked) === "base64" ? encodeFloats(vector) : vector,
    })),
    model: stringOf(asked["model"]) ?? "",
    usage: { prompt_tokens: usage?.promptTokens ?? 0, total_tokens: usage?.totalTokens ?? usage?.promptTokens ?? 0 },
  }),
  encodeError: encodeEmbeddingsError,
};
