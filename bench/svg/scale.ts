/** Where values lie on an axis, as shares of its length, and which of them are marked. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** From 0 to a round number that the largest value fits under. */
export function linearScale(largest: number): Scale {
  const step = niceStep(largest / 4);
  const steps = Math.max(1, Math.ceil(largest / step));
  const end = step * steps;
  return {
    at: (value) => clamp(value / end),
    ticks: Array.from({ length: steps + 1 }, (_, at) => Number((at * step).toPrecision(6))),
  };
}

/** Powers of ten, from the one below the smallest value to the one above the largest. */
export function logarithmicScale(smallest: number, largest: number): Scale {
  const first = Math.floor(Math.log10(smallest));
  const last = Math.max(first + 1, Math.ceil(Math.log10(largest)));
  return {
    at: (value) => clamp((Math.log10(value) - first) / (last - first)),
    ticks: Array.from({ length: last - first + 1 }, (_, at) => Number((10 ** (first + at)).toPrecision(6))),
  };
}

/** 1, 2 or 5 times a power of ten, and not less than what is asked. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * 0.999) ?? 10);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
