import type { FinishReason } from "./finish-reason.ts";
import type { JsonObject } from "./json.ts";
import type { ToolCall } from "./tool.ts";
import type { TokenUsage } from "./usage.ts";
import type { Warning } from "./warning.ts";

/** One of the answers to a request. */
export interface Choice {
  readonly index: number;
  /** The visible text, or `""`. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** The server's own word for why it ended; `null` when it gave none. */
  readonly rawFinishReason: string | null;
  /** The stop sequence that ended it, where the server said. */
  readonly stopSequence?: string;
  readonly reasoning?: string;
  /** Opaque reasoning blocks, to be replayed byte for byte in the next turn. */
  readonly reasoningDetails?: readonly JsonObject[];
  readonly refusal?: string;
  readonly logprobs?: JsonObject;
  readonly audio?: JsonObject;
  /**
   * Fields of the message that have no name here (annotations, images…). Those of the choice around
   * it (stop reasons, filter results…) are under `choice`, so that each can be put back in its place.
   */
  readonly extra?: JsonObject;
}

/** A whole answer. `text`, `toolCalls` and `finishReason` are those of the first choice. */
export interface InferenceResponse {
  readonly id: string;
  /** The model that answered, as the server named it, else the one that was asked for. */
  readonly model: string;
  /** Seconds since the epoch, where the server said. */
  readonly created?: number;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly choices: readonly Choice[];
  /** Absent when the server reported none. */
  readonly usage?: TokenUsage;
  readonly warnings: readonly Warning[];
  /** Top-level fields that have no name here (fingerprint, timings, filter results…). */
  readonly extra?: JsonObject;
}

/** An answer with where it came from and how long it took. */
export interface ProviderResponse extends InferenceResponse {
  /** The name of the provider instance that answered. */
  readonly provider: string;
  /** Whole milliseconds from just before sending until the answer was complete. */
  readonly latencyMs: number;
  /** The upstream's id for the request, from its response headers. */
  readonly requestId?: string;
}

export interface EmbeddingsResponse {
  readonly model: string;
  /** One vector per input, in the order of the inputs. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage?: TokenUsage;
  readonly provider: string;
  readonly latencyMs: number;
  readonly requestId?: string;
  readonly warnings: readonly Warning[];
  readonly extra?: JsonObject;
}
