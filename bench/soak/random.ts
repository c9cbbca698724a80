/**
 * Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32).
 *
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers of one request: what it is does not depend on when the others end. */
export function randomOfRequest(seed: number, tag: number): () => number {
  return randomOf(seed ^ Math.imul(tag, 0x9e3779b1));
}
