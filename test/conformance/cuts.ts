import type { ConformanceCase, StreamCut } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";

/** How many places a stream is cut at in the everyday run. */
const EVERYDAY_CUTS = 6;
/** The long run cuts at every place, of a stream longer than this at so many, of one of megabytes at fewer. */
const LONG_CUTS = 700;
const LONG_BYTES = 64_000_000;
const LONGEST_BYTEWISE = 20_000;

/** The ways to cut the stream of a case: one write, byte by byte, and in two at places spread over its longest part. */
export function cutsOf({ replies }: ConformanceCase): StreamCut[] {
  const lengths = replies.flat().map((step) => ("events" in step ? Buffer.from(step.events).length : 0));
  const longest = Math.max(0, ...lengths);
  const most = process.env["MILLRACE_TEST_LONG"] ? Math.min(LONG_CUTS, Math.ceil(LONG_BYTES / longest)) : EVERYDAY_CUTS;
  const places = Math.min(most, longest - 1);
  const offsets = Array.from({ length: Math.max(0, places) }, (_, n) => Math.ceil(((n + 1) * longest) / (places + 1)));
  return [
    { kind: "whole" },
    ...(longest <= LONGEST_BYTEWISE ? [{ kind: "bytewise" } as const] : []),
    ...offsets.map((offset) => ({ kind: "at", offset }) as const),
  ];
}
