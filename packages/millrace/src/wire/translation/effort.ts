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

/** The lowest of some efforts that is worth as much as the one that is wanted, else the highest; nothing for a word nobody knows. */
export function nearestEffort(wanted: string, known: readonly string[]): string | undefined {
  if (known.includes(wanted)) return wanted;
  const words = BUDGETS.map(([word]) => word);
  const from = words.indexOf(wanted);
  if (from === -1) return undefined;
  const fit = words.filter((word) => known.includes(word));
  return fit.find((word) => words.indexOf(word) >= from) ?? fit.at(-1);
}

/** The tokens that an effort stands for; nothing for a word of a target's own. */
export function budgetOfEffort(effort: string): number | undefined {
  return BUDGETS.find(([word]) => word === effort)?.[1];
}

/** The lowest effort that is worth at least so many tokens. `max` is only what is beyond all others. */
export function effortOfBudget(tokens: number): string {
  return BUDGETS.find(([, budget]) => tokens <= budget)?.[0] ?? "max";
}
