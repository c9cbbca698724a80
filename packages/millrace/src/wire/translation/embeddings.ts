import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import type { EncodedError, ReplyFacts, RequestRoute } from "./codec.ts";

/** A request for embeddings in the model's vocabulary, and what reading it left out or changed. */
export interface DecodedEmbeddingsRequest {
  readonly request: EmbeddingsRequest;
  readonly changes: readonly Change[];
}

/** One dialect of embeddings, from the side of the server: for clients that speak it. */
export interface EmbeddingsClientCodec {
  /** What is wrong with a body, if anything is: only what no server could make sense of. */
  readonly check: (json: JsonValue) => Failure | undefined;
  /** Reads a body that `check` found good. */
  readonly decodeRequest: (json: JsonObject) => DecodedEmbeddingsRequest | Failure;
  /** Writes vectors, one for each input and in their order. `asked` is the client's own request. */
  readonly encodeResponse: (
    vectors: readonly (readonly number[])[],
    usage: TokenUsage | undefined,
    asked: JsonObject,
  ) => JsonObject;
  readonly encodeError: (failure: Failure) => EncodedError;
}

/** A request as a body for a server, what had to be changed in it, and why it cannot be sent at all. */
export interface EncodedEmbeddingsRequest {
  readonly body: JsonObject;
  readonly changes: readonly Change[];
  readonly refusal?: Failure;
}

/** What a server's reply holds: one vector for each input, in their order. */
export interface DecodedVectors {
  readonly vectors: readonly (readonly number[])[];
  readonly usage?: TokenUsage;
  /** The model that answered, as the server named it. */
  readonly model?: string;
}

/** One dialect of embeddings, from the side of the client: for servers that speak it. */
export interface EmbeddingsServerCodec {
  readonly route: (model: string) => RequestRoute;
  readonly encodeRequest: (request: EmbeddingsRequest) => EncodedEmbeddingsRequest;
  readonly decodeReply: (value: JsonValue, request: EmbeddingsRequest) => DecodedVectors | Failure;
}

/** One way to ask for vectors in a dialect, for clients' bodies that pass to a server of that dialect. */
export interface PassingEmbeddings {
  readonly route: (model: string) => RequestRoute;
  readonly adapt: (
    json: JsonObject,
    options: { readonly model: string; readonly isClean?: boolean | undefined },
  ) => AdaptedBody;
  /** What a reply says of itself, or why it is none. */
  readonly readReply: (value: JsonValue, wallNowMs: () => number) => ReplyFacts | Failure;
}
