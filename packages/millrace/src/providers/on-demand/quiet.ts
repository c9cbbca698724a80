/** Lets others wait until something is so, without looking all the time. */
export class Quiet {
  #waiting: (() => void)[] = [];

  /** Those who wait look again. */
  changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
