/** Buckets for each doubling of the duration: each is 19 % wider than the one below. */
const BUCKETS_PER_DOUBLING = 4;
/** Up to 2²⁰ ms, a quarter of an hour; longer ones count as that. */
const BUCKETS = 20 * BUCKETS_PER_DOUBLING;
/** From so many on, all counts are halved, so that what was long ago fades. */
const FULL = 256;

/** How durations are spread, lately, in constant space. Percentiles are right to about a tenth. */
export class DurationHistogram {
  readonly #counts = new Uint16Array(BUCKETS);
  #total = 0;

  /** How many count now; each time they are halved it falls. */
  get total(): number {
    return this.#total;
  }

  add(ms: number): void {
    const bucket = bucketOf(ms);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (this.#total >= FULL) this.#halve();
  }

  /** What this share of the durations stays under; 0 before the first. */
  percentile(share: number): number {
    let above = this.#total * (1 - share);
    for (let bucket = BUCKETS - 1; bucket >= 0; bucket -= 1) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0 && count >= above) return upperEndOf(bucket - above / count);
      above -= count;
    }
    return 0;
  }

  #halve(): void {
    this.#total = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const half = (this.#counts[bucket] ?? 0) >> 1;
      this.#counts[bucket] = half;
      this.#total += half;
    }
  }
}

function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(BUCKETS_PER_DOUBLING * Math.log2(ms)));
}

function upperEndOf(bucket: number): number {
  return 2 ** ((bucket + 1) / BUCKETS_PER_DOUBLING);
}
