import { FRAMING_END_CASES } from "./a-framing-ends.ts";
import { FRAMING_CASES } from "./a-framing.ts";
import { EMBEDDINGS_CASES } from "./e-embeddings.ts";
import { LIST_AND_HEALTH_CASES } from "./e-endpoints.ts";
import { REFUSED_REQUEST_CASES } from "./f-refusals.ts";
import { REQUEST_CASES } from "./f-requests.ts";
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
  { letter: "A", title: "SSE framing", from: 1, to: 38, cases: [...FRAMING_CASES, ...FRAMING_END_CASES] },
  {
    letter: "E",
    title: "Models, health, embeddings, other endpoints",
    from: 186,
    to: 200,
    cases: [...LIST_AND_HEALTH_CASES, ...EMBEDDINGS_CASES],
  },
  { letter: "F", title: "What is sent", from: 201, to: 214, cases: [...REQUEST_CASES, ...REFUSED_REQUEST_CASES] },
];
