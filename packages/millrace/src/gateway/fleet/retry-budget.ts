/** Retries for each request that is none. */
const SHARE = 0.2;
/** Retries that are always allowed, in the time over which requests are remembered. */
const FLOOR = 10;
const MEMORY_MS = 10_000;

/**
 * How many further attempts a target takes beside the requests that come to it first, so that an outage is not made
 * worse by those who try again. Both are remembered for about ten seconds, fading.
 */
export class RetryBudget {
  #requests = 0;
  #retries = 0;
  #atMs = 0;

  request(nowMs: number): void {
    this.#fadeTo(nowMs);
    this.#requests += 1;
  }

  retry(nowMs: number): void {
    this.#fadeTo(nowMs);
    this.#retries += 1;
  }

  allows(nowMs: number): boolean {
    this.#fadeTo(nowMs);
    return this.#retries < FLOOR + SHARE * this.#requests;
  }

  #fadeTo(nowMs: number): void {
    if (nowMs <= this.#atMs) return;
    const kept = Math.exp((this.#atMs - nowMs) / MEMORY_MS);
    this.#requests *= kept;
    this.#retries *= kept;
    this.#atMs = nowMs;
  }
}
