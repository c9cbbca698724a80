const LENGTH_MAX = 128;
const PLAIN = /^[a-zA-Z0-9_-]{1,128}$/u;

/**
 * The name of a tool as servers take it. One that has to be changed ends in a checksum of what it was, so that two names
 * stay two, and the same name becomes the same in every request.
 */
export function plainName(name: string): string {
  if (PLAIN.test(name)) return name;
  const ending = `_${checksum(name)}`;
  return name.replace(/[^a-zA-Z0-9_-]/gu, "_").slice(0, LENGTH_MAX - ending.length) + ending;
}

/** What names became, back to what they were: for those that a request offered. */
export function namesBefore(offered: readonly string[]): ReadonlyMap<string, string> {
  return new Map(offered.filter((name) => !PLAIN.test(name)).map((name) => [plainName(name), name]));
}

/** The 32-bit hash of Fowler, Noll and Vo. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(36);
}
