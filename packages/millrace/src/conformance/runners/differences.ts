/**
 * Where what was observed is not what was expected, one sentence each; none when it is. Of objects only the
 * fields that are named count, arrays have to be of the same length, and a RegExp has to match.
 */
export function differences(expected: unknown, observed: unknown, path = "observed"): string[] {
  if (expected instanceof RegExp) {
    return typeof observed === "string" && expected.test(observed) ? [] : [unlike(expected, observed, path)];
  }
  if (Array.isArray(expected)) return arrayDifferences(expected, observed, path);
  if (typeof expected === "object" && expected !== null) {
    if (typeof observed !== "object" || observed === null) return [unlike(expected, observed, path)];
    const fields = new Map<string, unknown>(Object.entries(observed));
    return Object.entries(expected).flatMap(([key, value]) => differences(value, fields.get(key), `${path}.${key}`));
  }
  return Object.is(expected, observed) ? [] : [unlike(expected, observed, path)];
}

function arrayDifferences(expected: readonly unknown[], observed: unknown, path: string): string[] {
  if (!Array.isArray(observed)) return [unlike(expected, observed, path)];
  if (expected.length !== observed.length) {
    return [`${path} has ${observed.length} items, not ${expected.length}: ${shown(observed)}`];
  }
  return expected.flatMap((item, index) => differences(item, observed[index], `${path}[${index}]`));
}

function unlike(expected: unknown, observed: unknown, path: string): string {
  return `${path} is ${shown(observed)}, not ${shown(expected)}`;
}

const SHOWN_MAX = 600;

function shown(value: unknown): string {
  if (value instanceof RegExp) return String(value);
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
