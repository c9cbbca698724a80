/** Work that is done in steps, so that whoever does it can let others have their turn in between. */
export type Steps<T> = Generator<void, T, void>;

/** How many members of a list are looked at in one step. */
const MEMBERS_PER_STEP = 4096;

/** Does the work in one go. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Of a list, one stretch after the other: from, and up to, not including, to. */
export function* stretches(length: number): Generator<readonly [number, number], void, void> {
  for (let from = 0; from < length; from += MEMBERS_PER_STEP) yield [from, Math.min(from + MEMBERS_PER_STEP, length)];
}

/** What `findIndex` gives. */
export function* findIndexInSteps<T>(list: readonly T[], matches: (member: T) => boolean): Steps<number> {
  for (const [from, to] of stretches(list.length)) {
    const found = list.slice(from, to).findIndex(matches);
    if (found !== -1) return from + found;
    yield;
  }
  return -1;
}
