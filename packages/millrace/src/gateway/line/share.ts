/** Whoever shares the turns of one name. */
export interface Key<T> {
  readonly name: string;
  waiting: number;
  /** The lower, the sooner it is this key's turn. */
  turn: number;
  /** One for each priority it waits with. */
  shares: readonly Share<T>[];
}

/** A priority that somebody has who waits. */
export interface Level {
  readonly priority: number;
  waiting: number;
  /** Its place among the priorities that wait, 0 for the lowest: however far apart they are, the next one up is one step. */
  rank: number;
}

/** One that waits, as its line knows it. */
export interface LineEntry<T> {
  readonly item: T;
  readonly share: Share<T>;
  readonly sinceMs: number;
  /** Its neighbours in its share. */
  before: LineEntry<T> | undefined;
  after: LineEntry<T> | undefined;
}

/** What one key has waiting with one priority. Whoever came first is first, and anyone may leave at no cost. */
export class Share<T> {
  readonly key: Key<T>;
  readonly level: Level;
  #first: LineEntry<T> | undefined;
  #last: LineEntry<T> | undefined;

  constructor(key: Key<T>, level: Level) {
    this.key = key;
    this.level = level;
  }

  get first(): LineEntry<T> | undefined {
    return this.#first;
  }

  get last(): LineEntry<T> | undefined {
    return this.#last;
  }

  add(item: T, sinceMs: number): LineEntry<T> {
    const entry: LineEntry<T> = { item, share: this, sinceMs, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    return entry;
  }

  /** Only for one that is in it. */
  remove({ before, after }: LineEntry<T>): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
  }
}
