import type { Holdings } from "./fleet-subject.ts";

/** What one key's requests met. */
export interface KeyFigures {
  readonly key: string;
  readonly requests: number;
  readonly meanWaitMs: number;
  readonly maxWaitMs: number;
}

export interface ServerFigures {
  readonly server: string;
  readonly calls: number;
  readonly maxRunning: number;
  readonly loads: number;
}

/** How a server was met when it was well again, over all the times that happened. */
export interface HerdFigures {
  readonly recoveries: number;
  /** Of the calls to the whole fleet in one of the first seconds after its return, how many went to it at most. */
  readonly worstShare: number;
  /** How many of its slots were given calls in one of these seconds at most. */
  readonly worstFill: number;
}

/** What came of a simulated load. Waits are from a request's arrival to its first content, in milliseconds. */
export interface FleetFigures {
  readonly requests: number;
  readonly conversations: number;
  readonly answered: number;
  /** Got an error instead of content. */
  readonly failed: number;
  /** Got an error after content. */
  readonly cut: number;
  /** The client left first. */
  readonly left: number;
  readonly calls: number;
  /** Of the prompts' tokens, how many a server had from an earlier request. */
  readonly cachedShare: number;
  readonly waitP50Ms: number;
  readonly waitP99Ms: number;
  readonly answeredPerS: number;
  readonly keys: readonly KeyFigures[];
  readonly servers: readonly ServerFigures[];
  readonly herd: HerdFigures;
  /** Calls to a server without a free slot while another, which was well, had one. */
  readonly overSlots: number;
  /** Of the time, how much passed with a request in line while a server that was well had a free slot. */
  readonly idleShare: number;
  readonly affinityBytesMax: number;
  /** What the subject held when everything was over. */
  readonly atEnd: Holdings;
  readonly simulatedMs: number;
}
