/** A target may come back, or a place come free, at any moment; and what takes long may be mended before. */
const COME_BACK_MIN_MS = 1_000;
const COME_BACK_MAX_MS = 60_000;

/** What a client is told to wait, for what is expected to take this long; both in milliseconds. */
export function comeBackAfter(expectedMs: number): number {
  return Math.min(COME_BACK_MAX_MS, Math.max(COME_BACK_MIN_MS, expectedMs));
}
