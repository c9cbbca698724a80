import { FRAMING_END_CASES } from "./a-framing-ends.ts";
import { FRAMING_CASES } from "./a-framing.ts";
import { BODY_CASES } from "./b-bodies.ts";
import { CONNECTION_CASES } from "./b-connections.ts";
import { ERROR_SHAPE_CASES } from "./b-errors.ts";
import { SILENCE_CASES } from "./b-silence.ts";
import { STATUS_CASES } from "./b-statuses.ts";
import { STREAM_ERROR_CASES } from "./b-stream-errors.ts";
import { WAIT_CASES } from "./b-waits.ts";
import { CHOICE_CASES } from "./c-choices.ts";
import { CHUNK_SHAPE_CASES } from "./c-chunk-shapes.ts";
import { FIELD_CASES } from "./c-fields.ts";
import { FINISH_CASES } from "./c-finish.ts";
import { REASONING_CASES } from "./c-reasoning.ts";
import { USAGE_CASES } from "./c-usage.ts";
import { CALL_ARGUMENT_CASES } from "./d-call-arguments.ts";
import { CALL_ID_CASES } from "./d-call-ids-sent.ts";
import { CALL_KEY_CASES } from "./d-call-keys.ts";
import { CALL_CONTEXT_CASES, WHOLE_CALL_CASES } from "./d-calls-in-context.ts";
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
    letter: "B",
    title: "HTTP and transport",
    from: 39,
    to: 101,
    cases: inOrder(
      ...BODY_CASES,
      ...ERROR_SHAPE_CASES,
      ...STATUS_CASES,
      ...WAIT_CASES,
      ...CONNECTION_CASES,
      ...SILENCE_CASES,
      ...STREAM_ERROR_CASES,
    ),
  },
  {
    letter: "C",
    title: "Chunks",
    from: 102,
    to: 146,
    cases: [...CHUNK_SHAPE_CASES, ...FINISH_CASES, ...CHOICE_CASES, ...FIELD_CASES, ...REASONING_CASES, ...USAGE_CASES],
  },
  {
    letter: "D",
    title: "Tool calls in streams",
    from: 147,
    to: 185,
    cases: [...CALL_KEY_CASES, ...CALL_ARGUMENT_CASES, ...CALL_CONTEXT_CASES, ...CALL_ID_CASES, ...WHOLE_CALL_CASES],
  },
  {
    letter: "E",
    title: "Models, health, embeddings, other endpoints",
    from: 186,
    to: 200,
    cases: [...LIST_AND_HEALTH_CASES, ...EMBEDDINGS_CASES],
  },
  { letter: "F", title: "What is sent", from: 201, to: 214, cases: [...REQUEST_CASES, ...REFUSED_REQUEST_CASES] },
];

/** Cases of one section that lie in several files, by number. */
function inOrder(...cases: readonly ConformanceCase[]): readonly ConformanceCase[] {
  return cases.toSorted((a, b) => a.number - b.number);
}
