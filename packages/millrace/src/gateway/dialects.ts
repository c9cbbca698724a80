import type { Failure } from "../model/failure.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { InferenceResponse } from "../model/response.ts";
import type { Operation } from "../providers/provider.ts";
import { encodeChatError, encodeChatErrorEvent } from "../wire/chat-completions/error.ts";
import { ChatStreamEncoder } from "../wire/chat-completions/encode-stream.ts";
import { checkChatRequest, checkChatRequestInSteps } from "../wire/chat-completions/request.ts";
import { encodeChatResponse } from "../wire/chat-completions/response.ts";
import { checkCompletionRequest, checkCompletionRequestInSteps } from "../wire/completions/request.ts";
import { encodeCompletionError, encodeCompletionErrorEvent } from "../wire/completions/error.ts";
import { encodeEmbeddingsError } from "../wire/embeddings/error.ts";
import { checkEmbeddingsRequest, checkEmbeddingsRequestInSteps } from "../wire/embeddings/request.ts";
import type { Steps } from "../wire/json/steps.ts";
import type { StreamEncoder } from "./relays/event-relay.ts";

/** An error as an HTTP reply. */
export interface EncodedError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface StreamEncoderOptions {
  readonly includeUsage: boolean;
  /** For what the upstream left out. */
  readonly id: string;
  readonly model: string;
  readonly createdSec: number;
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
  /** Writes the model's events in this dialect; absent where replies only ever pass as they are. */
  readonly translation?: {
    readonly createStreamEncoder: (options: StreamEncoderOptions) => StreamEncoder;
    readonly encodeResponse: (response: InferenceResponse) => JsonObject;
  };
}

/** One line of data for each dialect. */
export const DIALECTS: Readonly<Record<Operation, Dialect>> = {
  "chat-completions": {
    check: checkChatRequest,
    checkInSteps: checkChatRequestInSteps,
    encodeError: encodeChatError,
    encodeErrorEvent: encodeChatErrorEvent,
    translation: {
      createStreamEncoder: (options) => new ChatStreamEncoder(options),
      encodeResponse: encodeChatResponse,
    },
  },
  completions: {
    check: checkCompletionRequest,
    checkInSteps: checkCompletionRequestInSteps,
    encodeError: encodeCompletionError,
    encodeErrorEvent: encodeCompletionErrorEvent,
  },
  embeddings: {
    check: checkEmbeddingsRequest,
    checkInSteps: checkEmbeddingsRequestInSteps,
    encodeError: encodeEmbeddingsError,
    encodeErrorEvent: encodeChatErrorEvent,
  },
};
