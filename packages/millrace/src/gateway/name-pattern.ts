/** Whether a list of names and `*` patterns covers a name. An absent list covers every name. */
export function covers(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, name));
}

/**
 * Whether a pattern stands for a name; `*` stands for any run of characters, `/` included.
 *
 * Walks back to the latest `*` only, so the time is bounded by the product of the two lengths.
 */
export function matches(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name;
  let at = 0;
  let inName = 0;
  let star = -1;
  let resume = 0;
  while (inName < name.length) {
    if (pattern[at] === "*") {
      star = at;
      resume = inName;
      at += 1;
    } else if (pattern[at] === name[inName]) {
      at += 1;
      inName += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      inName = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
