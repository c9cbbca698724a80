import { DurationHistogram } from "./duration-histogram.ts";

/** How fast a peak is forgotten: after this time, a third of it is left. */
const FADE_MS = 10_000;
/** Who was not asked for this long is as good as never asked. */
const FORGET_MS = 600_000;
/** Answers before the 95th percentile means something. */
const ENOUGH = 20;

/**
 * Time to first content of one target. The estimate rises at once to a new peak, and fades from it to what the
 * answers show or, when none come, to their median: a target that was slow once is asked again, and one that always
 * is slow is not taken for quick because nobody asked.
 */
export class Latency {
  readonly #spread = new DurationHistogram();
  #valueMs = 0;
  #atMs = -Infinity;
  #medianMs = 0;
  #p95Ms: number | undefined;

  observe(ms: number, nowMs: number): void {
    const kept = this.#valueMs - ms;
    this.#valueMs = kept <= 0 ? ms : ms + kept * fading(nowMs - this.#atMs);
    this.#count(ms, nowMs);
  }

  /**
   * Somebody waited this long and left. It says something only where it is longer than what was expected; to leave it
   * out there would make the slowest answers invisible, since they are the ones that are given up.
   */
  outlasted(ms: number, nowMs: number): void {
    const estimateMs = this.estimateMs(nowMs);
    if (estimateMs === undefined || ms <= estimateMs) return;
    this.#valueMs = ms;
    if (this.#p95Ms === undefined || ms >= this.#p95Ms) this.#count(ms, nowMs);
    else this.#atMs = nowMs;
  }

  estimateMs(nowMs: number): number | undefined {
    const ageMs = nowMs - this.#atMs;
    if (ageMs > FORGET_MS) return undefined;
    const above = this.#valueMs - this.#medianMs;
    return above <= 0 || ageMs <= 0 ? this.#valueMs : this.#medianMs + above * fading(ageMs);
  }

  /** What 95 of 100 answers stay under; absent until there are enough to tell. */
  get p95Ms(): number | undefined {
    return this.#p95Ms;
  }

  #count(ms: number, nowMs: number): void {
    this.#atMs = nowMs;
    this.#spread.add(ms);
    this.#medianMs = this.#spread.percentile(0.5);
    if (this.#spread.total >= ENOUGH) this.#p95Ms = this.#spread.percentile(0.95);
  }
}

function fading(ms: number): number {
  return Math.exp(-ms / FADE_MS);
}
