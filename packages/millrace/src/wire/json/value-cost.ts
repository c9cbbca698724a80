const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** What an object or array takes in memory, and what one more member does, in bytes. */
export const CONTAINER_COST = 64;
export const MEMBER_COST = 16;

/**
 * What the values of a JSON text take in memory beyond its characters, in bytes: an estimate from its
 * punctuation, that in strings included. A text of empty objects grows thirtyfold when it is read.
 *
 * @param maxCost counting stops above it
 */
export function valueCost(text: string, maxCost: number = Infinity): number {
  let cost = 0;
  for (let at = 0; at < text.length && cost <= maxCost; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA) cost += MEMBER_COST;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) cost += CONTAINER_COST;
  }
  return cost;
}

/** Whether reading the text would take more than that. What is short is not looked at. */
export function costsMoreThan(text: string, maxCost: number): boolean {
  return text.length * CONTAINER_COST > maxCost && valueCost(text, maxCost) > maxCost;
}
