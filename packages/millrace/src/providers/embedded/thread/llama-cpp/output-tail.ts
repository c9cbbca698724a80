const LINES_MAX = 20;
const LINE_CHARS_MAX = 500;

/** The last lines that the engine's own code printed, for when it fails. */
export class OutputTail {
  readonly #lines: string[] = [];

  readonly add = (_level: string, message: string): void => {
    const line = message.trim().slice(0, LINE_CHARS_MAX);
    if (line === "") return;
    this.#lines.push(line);
    if (this.#lines.length > LINES_MAX) this.#lines.shift();
  };

  get lines(): readonly string[] {
    return [...this.#lines];
  }
}
