import type { ConformanceCase, StreamCut } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";

/** How many places a stream is cut at in the everyday run. */
const EVERYDAY_CUTS = 6;
/** All cuts of a stream together move no more than this. */
const LONG_BYTES = 64_000_000;
const LONGEST_BYTEWISE = 20_000;

/**
 * The ways to cut the stream of a case: one write, byte by byte, and in two at places spread over its longest part.
 *
 * @param longCuts at how many places the long run cuts; everywhere where there are fewer
 */
export function cutsOf({ replies }: ConformanceCase, longCuts: number): StreamCut[] {
  const lengths = replies.flat().map((step) => ("events" in step ? Buffer.from(step.events).length : 0));
  const longest = Math.max(0, ...lengths);
  const most = process.env["MILLRACE_TEST_LONG"] ? Math.min(longCuts, Math.ceil(LONG_BYTES / longest)) : EVERYDAY_CUTS;
  const places = Math.min(most, longest - 1);
  const offsets = Array.from({ length: Math.max(0, places) }, (_, n) => Math.ceil(((n + 1) * longest) / (places + 1)));
  return [
    { kind: "whole" },
    ...(longest <= LONGEST_BYTEWISE ? [{ kind: "bytewise" } as const] : []),
    ...offsets.map((offset) => ({ kind: "at", offset }) as const),
  ];
}
