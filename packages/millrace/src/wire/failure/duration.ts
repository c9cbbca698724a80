const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds of each unit that servers write, in the spelling of Go's durations or in words. */
const UNIT_MS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    μs: 1e-3,
    ms: 1,
    millisecond: 1,
    milliseconds: 1,
    s: SECOND,
    sec: SECOND,
    secs: SECOND,
    second: SECOND,
    seconds: SECOND,
    m: MINUTE,
    min: MINUTE,
    mins: MINUTE,
    minute: MINUTE,
    minutes: MINUTE,
    h: HOUR,
    hour: HOUR,
    hours: HOUR,
    d: DAY,
    day: DAY,
    days: DAY,
  }),
);

const PART = /(\d{1,15}(?:\.\d{1,15})?) ?([a-zµμ]{1,12})/giu;
const WHOLE = /^(?:\d{1,15}(?:\.\d{1,15})? ?[a-zµμ]{1,12} ?){1,6}$/iu;

/** The milliseconds of `6m0s`, `7.66s`, `12ms`, `1h2m3s`, `30 seconds`; nothing for other text. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (!WHOLE.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(PART)) {
    const unitMs = UNIT_MS.get(unit?.toLowerCase() ?? "");
    if (unitMs === undefined) return undefined;
    total += Number(amount) * unitMs;
  }
  return total;
}
