/** What is quoted of a row of measurements. */
export interface Summary {
  readonly rounds: number;
  readonly min: number;
  readonly p25: number;
  readonly median: number;
  readonly max: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** Every figure is NaN where there is no value. */
export function summarize(values: readonly number[]): Summary {
  const sorted = ascending(values);
  return {
    rounds: sorted.length,
    min: quantile(sorted, 0),
    p25: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    max: quantile(sorted, 1),
  };
}

/** Both are 0 where there is no value. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = ascending(values.length === 0 ? [0] : values);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

export function p25(values: readonly number[]): number {
  return quantile(ascending(values), 0.25);
}

export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

/** The value at a share of a sorted row, between its neighbours. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

export function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
