import type { JsonObject, JsonValue } from "../../model/json.ts";

/** A request for embeddings, as loosely as it comes. */
export interface WireEmbeddingsRequest extends JsonObject {
  readonly model?: JsonValue;
  /** A text, several texts, token ids, or several lists of token ids. */
  readonly input?: JsonValue;
  readonly dimensions?: JsonValue;
  readonly encoding_format?: JsonValue;
  readonly user?: JsonValue;
}

/** One vector of a reply. */
export interface WireEmbedding extends JsonObject {
  readonly index?: JsonValue;
  /** Numbers, or base64 of little-endian 32-bit floats; not always what was asked for. */
  readonly embedding?: JsonValue;
  readonly encoding_format?: JsonValue;
}

/** A reply. */
export interface WireEmbeddings extends JsonObject {
  readonly data?: JsonValue;
  readonly model?: JsonValue;
  readonly usage?: JsonValue;
}
