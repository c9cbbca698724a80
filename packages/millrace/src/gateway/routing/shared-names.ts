/** What a text costs in memory beside its characters: its head, its entry here and its count. */
const OVERHEAD_BYTES = 96;

/** Texts that many hold at once, each kept once, until the last one lets go. */
export class SharedNames {
  readonly #names: (string | undefined)[] = [];
  readonly #holders: number[] = [];
  readonly #places = new Map<string, number>();
  readonly #free: number[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts one holder more; gives the number that stands for the name. */
  take(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) {
      this.#holders[known] = (this.#holders[known] ?? 0) + 1;
      return known;
    }
    const place = this.#free.pop() ?? this.#names.length;
    this.#names[place] = name;
    this.#holders[place] = 1;
    this.#places.set(name, place);
    this.#bytes += costOf(name);
    return place;
  }

  letGo(place: number): void {
    const name = this.#names[place];
    if (name === undefined) return;
    const holders = (this.#holders[place] ?? 0) - 1;
    this.#holders[place] = holders;
    if (holders > 0) return;
    this.#names[place] = undefined;
    this.#places.delete(name);
    this.#free.push(place);
    this.#bytes -= costOf(name);
  }

  at(place: number): string | undefined {
    return this.#names[place];
  }
}

function costOf(name: string): number {
  return OVERHEAD_BYTES + 2 * name.length;
}
