/** Where the text of a delta begins. A quote within a string is escaped, so this is a name and its value. */
const CONTENT = /"content"\s*:\s*"/u;
/** What ends a JSON string, needs an escape in it, or may not stand in it. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_PLAIN = /["\\\u0000-\u001f]/u;

/**
 * Knows the events of a stream that differ in nothing but their text, which are nearly all of them. Where one has
 * been read and found good, so is every other that differs from it in plain characters of that string only.
 */
export class AlikeEvents {
  #before = "";
  #after = "";

  /** Whether it is like the event that was learned. */
  includes(event: string): boolean {
    const [before, after] = [this.#before, this.#after];
    if (before === "" || event.length < before.length + after.length) return false;
    if (!event.startsWith(before) || !event.endsWith(after)) return false;
    return !NOT_PLAIN.test(event.slice(before.length, event.length - after.length));
  }

  /** @param event one that was read and found good, whatever its text */
  learn(event: string): void {
    const found = CONTENT.exec(event);
    if (found === null) return;
    const start = found.index + found[0].length;
    const end = endOfString(event, start);
    this.#before = event.slice(0, start);
    this.#after = event.slice(end);
  }
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start); ; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text[before - 1] === "\\") before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
}
