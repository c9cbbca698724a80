import type { Limits } from "../../model/limits.ts";
import type { ReplyRules } from "./rules.ts";

/** What decoding a reply needs to know of its request and of the world. */
export interface ReplyOptions {
  readonly rules: ReplyRules;
  readonly requestedModel: string;
  /** The functions that the request offered; absent when that is not known. */
  readonly toolNames?: readonly string[];
  readonly parallelToolCalls?: boolean;
  readonly limits: Limits;
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** Makes an id where the server gave none. */
  readonly makeId: () => string;
}
