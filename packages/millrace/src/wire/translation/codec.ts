import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { StreamObserver } from "../../model/observation.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import type { StreamDecoder } from "../assembly/reply-stream.ts";
import type { WatchedStreamOptions } from "../assembly/watched-stream.ts";

/** A request in the model's vocabulary, and what reading it left out or changed. */
export interface DecodedRequest {
  readonly request: InferenceRequest;
  readonly changes: readonly Change[];
}

/** What writing an answer needs to know of its request and of the world. */
export interface AnswerEncoding {
  /** The client's own request: what it calls its tools, and what its dialect repeats in the answer. */
  readonly asked: JsonObject;
  /** Whether the client asked for token counts, where its dialect has a word for that. */
  readonly includeUsage: boolean;
  /** For what the upstream left out. `id` is the request's own, safe in any dialect. */
  readonly id: string;
  readonly model: string;
  /** Seconds since the epoch. */
  readonly createdSec: number;
}

/** Writes events in a client's dialect, as one piece of text for each batch. Stateful: one per stream. */
export interface StreamEncoder {
  encode(events: readonly DecodedEvent[]): string;
  /** The whole answer as the client was given it, once it has ended, in dialects whose streams end with that. */
  readonly response?: JsonObject | undefined;
}

/** Adds events up to one document in a client's dialect. Stateful: one per answer. */
export interface AnswerFold {
  add(event: DecodedEvent): void;
  readonly answer: JsonObject;
}

/** An error as an HTTP reply. */
export interface EncodedError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** One dialect of conversations, from the side of the server: for clients that speak it. */
export interface ClientCodec {
  /** What is wrong with a body, if anything is: only what no server could make sense of. */
  readonly check: (json: JsonValue) => Failure | undefined;
  /**
   * Reads a body that `check` found good. What the model has no name for goes to `extra`, at the place where it stood;
   * what cannot be read at all is a failure that names the field.
   */
  readonly decodeRequest: (json: JsonObject) => DecodedRequest | Failure;
  readonly encodeResponse: (response: InferenceResponse, options: AnswerEncoding) => JsonObject;
  /** Absent where a whole answer has no order that its events could tell. */
  readonly createAnswerFold?: (options: AnswerEncoding) => AnswerFold;
  readonly createStreamEncoder: (options: AnswerEncoding) => StreamEncoder;
  readonly encodeError: (failure: Failure) => EncodedError;
  /** An error inside a stream whose head is out: the last thing in it. */
  readonly encodeErrorEvent: (failure: Failure) => string;
}

/** A request as a body for a server, what had to be changed in it, and why it cannot be sent at all. */
export interface EncodedRequest {
  readonly body: JsonObject;
  readonly changes: readonly Change[];
  /** Content that the dialect has no place for: without it the answer would be to another question. */
  readonly refusal?: Failure;
}

export interface RequestEncoding {
  /** The id that the target knows the model by. */
  readonly model: string;
  readonly stream: boolean;
  /** The request comes from another dialect: what only some servers of this one understand is left out of it. */
  readonly translated: boolean;
}

/** Where a request goes, below the base URL. */
export interface RequestRoute {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** How a server is asked how many tokens a request has, without answering it. */
export interface TokenCountCodec {
  readonly routeOf: (model: string) => RequestRoute;
  /** The question about a request, of the body that the request itself would have. */
  readonly questionOf: (body: JsonObject, model: string) => JsonObject;
  /** The number that a reply says, where it says one. */
  readonly readReply: (reply: JsonValue) => number | undefined;
}

/** What is known of a whole reply that passes as it is. */
export interface ReplyFacts {
  readonly usage?: TokenUsage;
  readonly model?: string;
  readonly rawFinishReason?: string | null;
  /** The id under which the server keeps it, where it does. */
  readonly responseId?: string;
}

/** The same dialect for a client's body that passes, changed no more than its target needs. */
export interface PassingCodec {
  readonly adapt: (json: JsonObject, options: RequestEncoding & { readonly isClean?: boolean }) => AdaptedBody;
  readonly createObserver: (options: WatchedStreamOptions) => StreamObserver;
  /** What a whole reply says of itself, or why it is none. */
  readonly readReply: (value: JsonValue, wallNowMs: () => number) => ReplyFacts | Failure;
}

/** One dialect of conversations, from the side of the client: for servers that speak it. */
export interface ServerCodec {
  readonly routeOf: (options: Pick<RequestEncoding, "model" | "stream">) => RequestRoute;
  readonly encodeRequest: (request: InferenceRequest, options: RequestEncoding) => EncodedRequest;
  readonly createStreamDecoder: (options: AnswerOptions) => StreamDecoder;
  /** Whether the answer can only be streamed, also to who wants it whole. Absent where that is never so. */
  readonly onlyStreams?: (request: InferenceRequest) => boolean;
  /** Absent where no client speaks it. */
  readonly passing?: PassingCodec;
  /**
   * A body with the names of betas of Anthropic's in it; the very one where the model has no place for them. Absent where
   * no model has.
   */
  readonly withBetas?: (body: JsonObject, betas: readonly string[], model: string) => JsonObject;
  /** Absent where the server does not count tokens, or only of its own accord. */
  readonly tokenCount?: TokenCountCodec;
}
