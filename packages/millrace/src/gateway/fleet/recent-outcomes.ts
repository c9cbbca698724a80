const SPAN_MS = 5_000;
const SPANS = 6;

/** How calls ended within the last half minute, counted in spans of five seconds. */
export class RecentOutcomes {
  readonly #good = new Uint32Array(SPANS);
  readonly #bad = new Uint32Array(SPANS);
  #goodTotal = 0;
  #badTotal = 0;
  #span = 0;

  add(isGood: boolean, nowMs: number): void {
    this.#moveTo(nowMs);
    const counts = isGood ? this.#good : this.#bad;
    const at = this.#span % SPANS;
    counts[at] = (counts[at] ?? 0) + 1;
    if (isGood) this.#goodTotal += 1;
    else this.#badTotal += 1;
  }

  total(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#goodTotal + this.#badTotal;
  }

  /** 0 to 1; 1 where nothing ended lately. */
  goodShare(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#badTotal === 0 ? 1 : this.#goodTotal / (this.#goodTotal + this.#badTotal);
  }

  clear(): void {
    this.#good.fill(0);
    this.#bad.fill(0);
    this.#goodTotal = 0;
    this.#badTotal = 0;
  }

  #moveTo(nowMs: number): void {
    const span = Math.floor(nowMs / SPAN_MS);
    if (span === this.#span) return;
    // An empty window has nothing to drop.
    const first = this.#goodTotal + this.#badTotal === 0 ? span : Math.max(this.#span + 1, span - SPANS + 1);
    for (let next = first; next <= span; next += 1) this.#drop(next % SPANS);
    this.#span = span;
  }

  #drop(at: number): void {
    this.#goodTotal -= this.#good[at] ?? 0;
    this.#badTotal -= this.#bad[at] ?? 0;
    this.#good[at] = 0;
    this.#bad[at] = 0;
  }
}
