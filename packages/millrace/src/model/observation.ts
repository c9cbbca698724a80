import type { Failure } from "./failure.ts";
import type { TokenUsage } from "./usage.ts";

/** What an observer of a passing stream knows so far. */
export interface Observation {
  /** Text, reasoning, a refusal, a tool call or a finish has been seen. */
  readonly content: boolean;
  /** The stream gave its terminal sign. */
  readonly ended: boolean;
  readonly usage?: TokenUsage;
  /** The model as the upstream named it. */
  readonly model?: string;
  /** The first choice's own word; absent until one came. */
  readonly rawFinishReason?: string;
  /** The id under which the upstream keeps the answer, where it does. */
  readonly responseId?: string;
  /** An error event in the stream, or, after `end`, what is wrong with how it ended. */
  readonly failure?: Failure;
}

/** Watches a stream that passes through with its events unchanged. */
export interface StreamObserver {
  /**
   * Takes the next bytes and gives those that may go to the client now: whole events, without the
   * ones it did not ask for. After an error event or the terminal sign nothing more is given. The
   * error event itself is not given either: whoever relays writes `seen.failure` in its place.
   */
  push(bytes: Uint8Array): Uint8Array;
  /**
   * The upstream's bytes are over. Gives what of them is left to pass on, and the terminal sign where
   * the upstream left it out.
   */
  end(): Uint8Array;
  readonly seen: Observation;
}
