import type { Limits } from "../../model/limits.ts";

/** What decoding an answer needs to know of its request and of the world, in any dialect. */
export interface AnswerOptions {
  readonly requestedModel: string;
  /** The tools that the request offered; absent when that is not known. */
  readonly toolNames?: readonly string[];
  readonly parallelToolCalls?: boolean;
  readonly limits: Limits;
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** Makes an id where the server gave none. */
  readonly makeId: () => string;
}
