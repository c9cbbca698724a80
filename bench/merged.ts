import type { Results } from "./results.ts";

/** Results with those of a later run in their place; what it did not measure stays. */
export function merged(earlier: Results | undefined, later: Results): Results {
  if (earlier === undefined) return later;
  const again = new Set(later.loads.map(({ workload }) => workload));
  return {
    titles: { ...earlier.titles, ...later.titles },
    leftOut: later.leftOut.length > 0 ? later.leftOut : earlier.leftOut,
    loads: [...earlier.loads.filter(({ workload }) => !again.has(workload)), ...later.loads],
    memory: later.memory ?? earlier.memory,
  };
}
