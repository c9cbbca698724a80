/** Tokens of reasoning that an effort stands for, where a dialect counts tokens instead. */
const BUDGETS: readonly (readonly [effort: string, tokens: number])[] = [
  ["none", 0],
  ["minimal", 512],
  ["low", 1024],
  ["medium", 8192],
  ["high", 24_576],
  ["xhigh", 32_768],
  ["max", 65_536],
];

/** The tokens that an effort stands for; nothing for a word of a target's own. */
export function budgetOfEffort(effort: string): number | undefined {
  return BUDGETS.find(([word]) => word === effort)?.[1];
}

/** The lowest effort that is worth at least so many tokens. `max` is only what is beyond all others. */
export function effortOfBudget(tokens: number): string {
  return BUDGETS.find(([, budget]) => tokens <= budget)?.[0] ?? "max";
}
