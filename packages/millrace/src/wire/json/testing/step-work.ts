import { vi } from "vitest";
import type { Steps } from "../steps.ts";

/** What came of work in steps, and how much of it was done in its largest step. */
export interface StepWork<T> {
  readonly value: T;
  readonly steps: number;
  /** Characters that `JSON.parse` was given and `JSON.stringify` gave within one step. */
  readonly mostChars: number;
}

/** Does the work in one go, and counts. Nothing here takes time, so no machine is too slow for it. */
export function countingWork<T>(steps: Steps<T>): StepWork<T> {
  let chars = 0;
  let mostChars = 0;
  const parse = vi.spyOn(JSON, "parse");
  const stringify = vi.spyOn(JSON, "stringify");
  try {
    for (let count = 1; ; count += 1) {
      parse.mockClear();
      stringify.mockClear();
      const step = steps.next();
      chars = parse.mock.calls.reduce((sum, [text]) => sum + String(text).length, 0);
      chars += stringify.mock.results.reduce((sum, { value }) => sum + String(value).length, 0);
      mostChars = Math.max(mostChars, chars);
      if (step.done === true) return { value: step.value, steps: count, mostChars };
    }
  } finally {
    parse.mockRestore();
    stringify.mockRestore();
  }
}
