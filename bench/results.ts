import type { Percentiles } from "./statistics.ts";

/** One round of one subject under one load. Times in microseconds. */
export interface Measurement {
  readonly subject: string;
  /** Which process of the subject it was. */
  readonly restart: number;
  readonly answers: number;
  readonly failures: number;
  /** CPU time of the subject's processes per answer. */
  readonly cpuPerAnswer: number;
  /** CPU time of the subject's processes over the time that passed: 1 is a whole processor. */
  readonly processors: number;
  /** The share of the subject's processor that others used meanwhile. */
  readonly othersShare: number;
  readonly answersPerSecond: number;
  readonly residentBytes: number;
  readonly latency: Percentiles;
  readonly firstByte: Percentiles;
  /** Between two reads of an answer; 0 where it was not timed. */
  readonly gap: Percentiles;
}

/** What one process of a subject holds and how fast it is there. */
export interface Footprint {
  readonly subject: string;
  /** From the start of the process until its first answer was complete. */
  readonly firstAnswerMs: number;
  /** Some seconds after that answer. */
  readonly idleBytes: number;
  /** After ten thousand more. */
  readonly usedBytes: number;
  /** What each of many idle streams adds to a fresh process. */
  readonly streamBytes: number;
}

/** All rounds under one load. */
export interface LoadRun extends RunFacts {
  readonly workload: string;
  readonly measurements: readonly Measurement[];
}

export interface MemoryRun extends RunFacts {
  readonly streams: number;
  readonly footprints: readonly Footprint[];
}

/** What a reader has to know of a run to repeat it. */
export interface RunFacts {
  /** The day, as in 2026-01-31. */
  readonly day: string;
  readonly machine: string;
  readonly command: string;
}

/** A subject that could not be measured, and why. */
export interface LeftOut {
  readonly title: string;
  readonly reason: string;
}

/** The file of raw results. */
export interface Results {
  /** What the names of subjects stand for. */
  readonly titles: Readonly<Record<string, string>>;
  readonly leftOut: readonly LeftOut[];
  readonly loads: readonly LoadRun[];
  readonly memory: MemoryRun | undefined;
}
