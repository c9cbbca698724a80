import { FRAMING_CASES } from "./a-framing.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** A section of the catalogue. */
export interface Section {
  readonly letter: string;
  readonly title: string;
  /** Its first and last number. */
  readonly from: number;
  readonly to: number;
  readonly cases: readonly ConformanceCase[];
}

export const SECTIONS: readonly Section[] = [
  { letter: "A", title: "SSE framing", from: 1, to: 38, cases: FRAMING_CASES },
];
