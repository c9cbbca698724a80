/** The least that Anthropic's `thinking` takes, in tokens. */
export const LEAST_BUDGET = 1024;

/** What a request may think and say together, and how much of it may be thoughts, in tokens. */
export interface ThinkingRoom {
  readonly budget: number;
  readonly maxTokens: number | undefined;
}

/**
 * Room for so many tokens of thoughts within a limit that holds for the answer too, of which half at least is left for
 * what is said. A limit that is too low for the least budget is raised, by no more than that budget.
 */
export function roomForThoughts(wanted: number, maxTokens: number | undefined): ThinkingRoom {
  const least = Math.max(wanted, LEAST_BUDGET);
  if (maxTokens === undefined) return { budget: least, maxTokens };
  const raised = Math.max(maxTokens, Math.min(maxTokens + LEAST_BUDGET, 2 * LEAST_BUDGET));
  return { budget: Math.min(least, Math.max(Math.floor(raised / 2), LEAST_BUDGET)), maxTokens: raised };
}
