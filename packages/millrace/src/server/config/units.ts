const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const SIZE = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/;
const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** `5s`, `10m`, `250ms`, `1.5h`, or `0`, as milliseconds; undefined for anything else. */
export function parseDuration(text: string | number): number | undefined {
  if (text === 0 || text === "0") return 0;
  return scaled(DURATION, MILLISECONDS, text);
}

/** The same of a setting that may be left out. */
export function milliseconds(text: string | number | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

/** `32MiB`, `512KiB`, as bytes; undefined for anything else. */
export function parseSize(text: string | number): number | undefined {
  return scaled(SIZE, BYTES, text);
}

function scaled(form: RegExp, factors: Readonly<Record<string, number>>, text: string | number): number | undefined {
  const [, amount, unit = ""] = form.exec(String(text)) ?? [];
  const factor = factors[unit];
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor);
}
