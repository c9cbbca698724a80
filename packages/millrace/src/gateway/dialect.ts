import type { Failure } from "../model/failure.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { Steps } from "../wire/json/steps.ts";
import type { ClientCodec, EncodedError } from "../wire/translation/codec.ts";
import type { EmbeddingsClientCodec } from "../wire/translation/embeddings.ts";

/** How a dialect's streams stand on the wire. */
export interface StreamForm {
  readonly contentType: string;
  /**
   * What may stand in it that means nothing, and so keeps a waiting client's connection alive: `comment` is one of
   * server-sent events, any other text stands for itself. Absent where nothing may.
   */
  readonly keepAlive?: "comment" | { readonly text: string };
}

/** What the gateway knows of a client's wire protocol. */
export interface Dialect {
  /** What is wrong with a request, if anything is. */
  readonly check: (json: JsonValue) => Failure | undefined;
  /** The same for a large body. */
  readonly checkInSteps: (json: JsonObject) => Steps<Failure | undefined>;
  readonly encodeError: (failure: Failure) => EncodedError;
  /** An error inside a stream whose head is out: the last thing in it. */
  readonly encodeErrorEvent: (failure: Failure) => string;
  readonly stream: StreamForm;
  /** A stream is what a request gets that does not say. */
  readonly streamsByDefault: boolean;
  /** Headers of the client that belong to the dialect, and go on to servers that speak it; lower-case names. */
  readonly headers: readonly string[];
  /** A model's name as everybody else writes it. */
  readonly modelName?: (name: string) => string;
  /** Reads requests into the model's vocabulary, and writes its answers; absent where replies only ever pass. */
  readonly conversation?: ClientCodec;
  /** The answer to a request that asks nothing of a model, where the dialect has such; for servers that know none. */
  readonly replyToNothing?: (asked: JsonObject, createdSec: number) => JsonObject | undefined;
  /** The same for requests that ask for vectors. */
  readonly embeddings?: EmbeddingsClientCodec;
}
