/** The dialect counts places in a text in bytes of UTF-8, our strings count 16-bit units; these walk the text once. */

/** For each number of bytes, how many units of the text they are; a place within a character is its beginning. */
export function unitsBefore(text: string, bytes: readonly number[]): ReadonlyMap<number, number> {
  return walk(
    text,
    bytes,
    ({ bytes: at }) => at,
    ({ units }) => units,
  );
}

/** For each number of units, how many bytes they are. */
export function bytesBefore(text: string, units: readonly number[]): ReadonlyMap<number, number> {
  return walk(
    text,
    units,
    ({ units: at }) => at,
    ({ bytes }) => bytes,
  );
}

interface Place {
  readonly bytes: number;
  readonly units: number;
}

function walk(
  text: string,
  wanted: readonly number[],
  from: (place: Place) => number,
  to: (place: Place) => number,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const sorted = [...new Set(wanted)].sort((a, b) => a - b);
  let next = 0;
  let place: Place = { bytes: 0, units: 0 };
  for (const character of text) {
    const after = { bytes: place.bytes + bytesOf(character), units: place.units + character.length };
    for (; next < sorted.length && from(after) > (sorted[next] ?? 0); next += 1)
      found.set(sorted[next] ?? 0, to(place));
    if (next === sorted.length) return found;
    place = after;
  }
  for (; next < sorted.length; next += 1) found.set(sorted[next] ?? 0, to(place));
  return found;
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
