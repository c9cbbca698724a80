/** US dollars, or `"unknown"` where no price is known. An unknown price is never 0. */
export type CostUsd = number | "unknown";
