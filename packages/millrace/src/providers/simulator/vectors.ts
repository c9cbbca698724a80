/** The width of a vector where none is asked for, and the most that it can be. */
export const DIMENSIONS = 64;
export const DIMENSIONS_MAX = 1024;

/**
 * A vector of length 1 for a text, always the same one, in the precision of 32-bit floats. It says nothing of what the
 * text means. A narrower vector is the beginning of a wider one, at length 1 again.
 */
export function vectorOf(text: string, dimensions: number): number[] {
  const next = numbersFrom(hashOf(text));
  const values = Array.from({ length: dimensions }, next);
  const length = Math.hypot(...values);
  return values.map((value) => Math.fround(value / length));
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Mulberry32, from -1 to 1. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
