import type { CancelSignal } from "../model/cancellation.ts";
import type { ProviderError } from "../model/errors.ts";
import type { Change } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { JsonObject } from "../model/json.ts";
import type { Health, ModelInfo } from "../model/model-info.ts";
import type { StreamObserver } from "../model/observation.ts";
import type { EmbeddingsRequest, InferenceRequest } from "../model/request.ts";
import type { EmbeddingsResponse, ProviderResponse } from "../model/response.ts";
import type { DecodedEvent, StreamEvent } from "../model/stream-event.ts";
import type { TokenUsage } from "../model/usage.ts";
import type { LargeDocument } from "../wire/json/large-document.ts";
import type { Steps } from "../wire/json/steps.ts";

/** Time limits of one call, in milliseconds; `0` switches one off. There is no limit on the total. */
export interface Timeouts {
  /** From asking for a connection until it stands, TLS included. */
  readonly connect: number;
  /** From sending the request until the first header byte. */
  readonly firstByte: number;
  /** From sending the request until the first content; keep-alive comments do not count. */
  readonly firstContent: number;
  /** Between any two bytes of the reply's body; keep-alive comments count. */
  readonly idle: number;
}

export interface CallOptions {
  /** Ends the call at any stage; the upstream stops within 100 ms. */
  readonly signal?: CancelSignal;
  readonly timeouts?: Partial<Timeouts>;
  /** Extra request headers for this call. They cannot replace the credential. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a gateway may say of a request that it passes on. */
export interface ForwardOptions extends CallOptions {
  /** Which of the provider's keys is sent, counted from 0; by default the first. */
  readonly credential?: number;
  /** The marks of the gateways that the request has passed already, in their order. */
  readonly via?: readonly string[];
}

/**
 * A stream of typed events that is also a promise of the whole answer.
 *
 * Iterate it once for the events, or await `response`, or both. Leaving the loop early cancels the
 * upstream. Awaiting `response` without iterating drains the stream.
 *
 * @example
 * for await (const event of provider.inferStream(request)) {
 *   if (event.type === "text-delta") process.stdout.write(event.text);
 * }
 */
export interface InferenceStream extends AsyncIterable<StreamEvent> {
  /** The whole answer. Rejects with the same error that the iteration throws. */
  readonly response: Promise<ProviderResponse>;
  /** Stops the upstream. The iteration and `response` end with a `cancelled` error. */
  cancel(): void;
}

/** The library's contract: one model server or account. Every method rejects with a `ProviderError`. */
export interface LlmProvider {
  /** Identifies this instance. Two accounts at one host are two names. */
  readonly name: string;
  /** The id of the profile, such as `llama.cpp`. */
  readonly providerType: string;
  /** Normalised: without a trailing slash, and with the version segment requests go to. */
  readonly baseUrl: string;

  infer(request: InferenceRequest, options?: CallOptions): Promise<ProviderResponse>;
  inferStream(request: InferenceRequest, options?: CallOptions): InferenceStream;
  embeddings(request: EmbeddingsRequest, options?: CallOptions): Promise<EmbeddingsResponse>;
  listModels(options?: CallOptions): Promise<readonly ModelInfo[]>;
  /** Never rejects because of the server's state; that is the answer. Rejects only when cancelled. */
  healthCheck(options?: CallOptions): Promise<Health>;
  /** Ends pooled connections; calls in flight fail with `cancelled`. */
  close(): Promise<void>;
}

/** Operations that hold a conversation. Each can be translated into each of the others. */
export type ConversationOperation =
  | "chat-completions"
  | "messages"
  | "responses"
  | "generate-content"
  | "generate-content-array"
  | "ollama-chat"
  | "ollama-generate";

/** Operations that make vectors of texts, likewise. */
export type EmbeddingsOperation =
  | "embeddings"
  | "embed-content"
  | "batch-embed-contents"
  | "ollama-embed"
  | "ollama-embeddings";

/** What a client may ask of a gateway's model endpoint, named by its wire dialect. */
export type Operation = ConversationOperation | EmbeddingsOperation | "completions";

/** A client's body: the bytes as they came and what they say. */
export interface RequestBody {
  readonly bytes: Uint8Array;
  /** The same document, whole, or of a large one the outline. Asking for it may mean reading it. */
  readonly json: JsonObject;
  /** The same document, in which long strings may be cut short: enough to see what is asked and what has to change. */
  readonly outline: JsonObject;
  /** No `\u` stands in its text, so every name stands there as it is written. */
  readonly isEscapeFree?: boolean;
  /** It is known that no string in it holds half a surrogate pair or NUL. */
  readonly isClean?: boolean;
  /** Present where the body is so large that no work on all of it may be done in one go. */
  readonly large?: LargeBody;
}

/** What it takes to work on a large body. */
export interface LargeBody {
  /** What is made from its outline can be written with all that was left out of it. */
  readonly document: LargeDocument;
  /** The outline has every field of the bytes, so that where nothing has to change they can be sent as they are. */
  readonly isWhole: boolean;
  /** What was changed in it already, to be told. */
  readonly changes: readonly Change[];
  /** Does the work in turns with everything else. Rejects when the client has left. */
  readonly inTurns: <T>(steps: Steps<T>) => Promise<T>;
}

/** A conversation's request in the model's vocabulary, and what reading it left out or changed. */
export interface TranslatedRequest {
  readonly request: InferenceRequest;
  /** Nothing is asked, so that no server has to be: this is the whole answer. */
  readonly answer?: Uint8Array;
  readonly changes: readonly Change[];
  /** Why no server of another dialect can be asked: something that the client shows or tells has no place there. */
  readonly refusal?: Failure;
}

/** The same of a request for vectors. */
export interface TranslatedEmbeddings {
  readonly request: EmbeddingsRequest;
  readonly changes: readonly Change[];
}

/** A client's request to pass on to this provider. */
export interface ForwardRequest {
  /** The dialect that it is written in. */
  readonly operation: Operation;
  /** The id that the provider knows the model by; it replaces the one in the body. */
  readonly model: string;
  readonly body: RequestBody;
  /** What the client asked for. Whether the upstream streams is the profile's business. */
  readonly stream: boolean;
  /** What is asked, for a server that does not speak the client's dialect. Throws what makes that impossible. */
  readonly conversation?: () => TranslatedRequest;
  /** The same of a request for vectors. */
  readonly embeddings?: () => TranslatedEmbeddings;
  /** Headers of the client that belong to its dialect: sent only to a server that speaks it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Refuse what cannot be sent as it was asked, instead of leaving something out. */
  readonly strict?: boolean;
}

/**
 * A reply on its way. Bodies are single-use; returning from their iterator early stops the upstream
 * at once. They throw a `ProviderError`.
 */
export type ForwardBody =
  /** The upstream's stream, fit to go out as it is under the eyes of the observer. */
  | { readonly kind: "byte-stream"; readonly bytes: AsyncIterable<Uint8Array>; readonly observer: StreamObserver }
  /** The upstream's stream, decoded, one batch per network chunk: it has to be encoded again. */
  | { readonly kind: "event-stream"; readonly events: AsyncIterable<readonly DecodedEvent[]> }
  /** Vectors, in the order of the inputs: they have to be written in the client's dialect. */
  | {
      readonly kind: "vectors";
      readonly vectors: readonly (readonly number[])[];
      readonly usage?: TokenUsage;
      readonly model?: string;
    }
  /** A complete reply that was read, checked and found good. */
  | {
      readonly kind: "whole";
      readonly bytes: Uint8Array;
      readonly usage?: TokenUsage;
      readonly model?: string;
      readonly rawFinishReason?: string | null;
    };

export interface ForwardReply {
  /** The upstream's status, always 2xx; anything else was thrown. */
  readonly status: number;
  /** Response headers, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId?: string;
  /** What was changed in the request, in order. */
  readonly changes: readonly Change[];
  readonly body: ForwardBody;
}

/** A request of which only the number of tokens is wanted. */
export interface TokenCountRequest {
  /** The dialect that it came in. */
  readonly operation: ConversationOperation;
  /** The id that the server knows the model by. */
  readonly model: string;
  readonly request: InferenceRequest;
}

/** Something a running server turned out to refuse, so that its model is no longer sent it. */
export interface LearnedParameter {
  readonly model: string;
  readonly parameter: string;
  /** `moved`: requests with it go to another route of the server. */
  readonly action: "dropped" | "renamed" | "replaced" | "moved";
  /** The value that is refused, where others are not. */
  readonly from?: string;
  /** The name it is sent under instead, the value, or the route. */
  readonly to?: string;
}

/** What is asked of a response that a server keeps. */
export interface HeldResponseQuestion {
  readonly id: string;
  readonly action: "read" | "read-input" | "cancel" | "delete";
  /** Parameters that are the server's to read, such as `include`, as they stand in a URL. */
  readonly query: string;
}

/** How long to wait for a server that is starting, in milliseconds; 0 is not at all. */
export interface StartWait {
  /** While it says that it loads its model. */
  readonly loadingMs: number;
  /** While nothing listens where a local one should be. */
  readonly absentMs: number;
}

/** What a server tells of its own load; only what it told is there. */
export interface ServerLoad {
  /** How many requests it serves at once. */
  readonly slots?: number;
  /** How many it serves now, whoever sent them. */
  readonly running?: number;
  /** How many wait for it to have room. */
  readonly waiting?: number;
  /** The ids of the models that are in its memory. */
  readonly loaded?: readonly string[];
}

/** What the gateway needs of a provider beside the library's contract. */
export interface GatewayProvider extends LlmProvider {
  /** Whether the server runs on this machine or in this network, so that it may be loading or busy. */
  readonly local: boolean;
  /** Which operations it can take at all, in its server's own dialect or translated. */
  readonly operations: readonly Operation[];
  /** How many keys it has to choose from; 1 also where it has none. */
  readonly credentials: number;
  /** What its models refused within the last hour. */
  readonly learned: readonly LearnedParameter[];
  /**
   * Passes a request on. Resolves when the upstream's headers are in and say success, and where the
   * reply is not a stream, when it has been read whole.
   */
  forward(request: ForwardRequest, options?: ForwardOptions): Promise<ForwardReply>;
  /** How many tokens a request has, as its server counts them, or nothing where it does not count without answering. */
  countTokens(request: TokenCountRequest, options?: ForwardOptions): Promise<number | undefined>;
  /**
   * Asks for a response that its server keeps, or to do something with it, and gives the JSON that the server says.
   * Absent where no reply says where it is kept (`responseId`).
   */
  askForHeld?(question: HeldResponseQuestion, options?: ForwardOptions): Promise<string>;
  /**
   * Waits until a server that `failure` shows to be starting can answer. Gives false when it shows something
   * else, or when the wait was over first.
   */
  untilReady(failure: ProviderError, wait: StartWait, options?: CallOptions): Promise<boolean>;
  /**
   * Asks the server how busy it is, by routes that make it do nothing. Undefined where it tells nothing. Never rejects
   * because of the server; only when cancelled.
   */
  readLoad(options?: CallOptions): Promise<ServerLoad | undefined>;
}
