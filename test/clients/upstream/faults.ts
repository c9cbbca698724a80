/** The faults that every dialect can have. Those of one dialect are in its file. */
import type { Expectation, Fault } from "./dialect.ts";
import { bytes, type Frame } from "./frame.ts";

const half = (frames: readonly Frame[]): readonly Frame[] => frames.slice(0, Math.ceil(frames.length / 2));
const asIs = (frames: readonly Frame[]): readonly Frame[] => frames;

export const commonFaults: Readonly<Record<string, Fault>> = {
  cut: { expects: "ends", stream: (frames) => [...half(frames), { kind: "cut" }] },
  stall: { expects: "ends", stream: (frames) => [...half(frames), { kind: "stall" }] },
  "ends early": { expects: "ends", stream: half },
  "empty stream": { expects: "ends", stream: () => [] },
  "status 500": { expects: "ends", stream: asIs, status: 500 },
};

/** Comments are for servers with server-sent events alone. */
export const comments: Fault = {
  expects: "passes",
  stream: (frames) => frames.flatMap((frame) => [bytes(": still here\n\n"), frame]),
};

/** An error in the middle of the answer, in place of the rest. */
export function brokenOff(error: Frame): Fault {
  return { expects: "ends", stream: (frames) => [...half(frames), error] };
}

export function changed(expects: Expectation, stream: Fault["stream"]): Fault {
  return { expects, stream };
}
