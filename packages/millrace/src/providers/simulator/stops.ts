import type { Step } from "./step.ts";

/** The steps up to the first stop text that something said holds; neither it nor what is behind it is given. */
export function withStops(steps: readonly Step[], stops: readonly string[]): readonly Step[] {
  for (const [index, step] of steps.entries()) {
    if (step.type !== "text") continue;
    const ends = stops.map((stop) => step.text.indexOf(stop)).filter((at) => at !== -1);
    if (ends.length === 0) continue;
    const text = step.text.slice(0, Math.min(...ends));
    return [...steps.slice(0, index), { type: "text", text }, { type: "finish", reason: "stop" }];
  }
  return steps;
}
