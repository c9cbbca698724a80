import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Observation } from "../../model/observation.ts";
import type { InferenceResponse } from "../../model/response.ts";

/**
 * Carries one answer from an upstream towards the client, piece by piece and only when asked, so the
 * client's pace is the upstream's pace. Whether bytes pass or events are translated is its own affair.
 */
export interface Relay {
  /** Whether the answer goes out as a stream, or as one piece. */
  readonly streamed: boolean;
  /** Of an answer that goes out as one piece. */
  readonly contentType: string;
  /** The answer is over, and nothing was in it: not even why it ended. */
  readonly isEmpty: boolean;
  /** What is known so far; stays readable after a failure. */
  readonly seen: Seen;
  /**
   * Reads until there is content, and holds back what came. Past `maxHeldBytes` it settles for
   * what it has: memory is bounded, and the upstream is talking.
   *
   * @throws {ProviderError} when the upstream failed before any content
   */
  prime(maxHeldBytes: number): Promise<void>;
  /**
   * Reads an answer that goes out as one piece to its end. Undefined where there is nothing to read, or the answer
   * goes out as a stream.
   *
   * @throws {ProviderError} when the upstream failed on the way
   */
  readRest(): Promise<void> | undefined;
  /**
   * The next piece for the client; empty when there is nothing to send of what came; `undefined` when
   * the answer is complete.
   *
   * @throws {ProviderError} when the upstream failed after content
   */
  next(): Promise<Uint8Array | undefined>;
  /**
   * How a failure ends what was given out so far, where that takes more than the dialect's error event:
   * an encoder may still hold usage.
   */
  failureText(failure: Failure): string | undefined;
  /** After the answer is complete: gives the upstream's connection back for the next call. */
  release(clock: Clock): Promise<void>;
  /** Stops the upstream at once. Safe to call at any time, and twice. */
  stop(): void;
  /** Stops: the relay itself listens to the client's signal. */
  handleEvent(): void;
}

/** Hears a whole answer, and what the client is given where that is one document or ends with one. */
export type Answered = (response: InferenceResponse, given: JsonObject | undefined) => void;

/** What settle wants to know of an answer. */
export type Seen = Pick<Observation, "usage" | "model" | "responseId"> & {
  readonly rawFinishReason?: string | null;
};
