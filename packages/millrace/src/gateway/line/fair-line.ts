import { type Key, type Level, type LineEntry, Share } from "./share.ts";

export interface LineOptions {
  /** Who waits for this long counts as the next priority up, and for each such time again. */
  readonly agingMs: number;
}

/**
 * Who is next: the higher priority; within it each key in turn, and whoever came first within a key. That
 * is found by a look at the first of each key, when somebody is served: nothing has to be moved when somebody ages.
 */
export class FairLine<T> {
  readonly #agingMs: number;
  /** In the order in which they came. */
  readonly #entries = new Set<LineEntry<T>>();
  readonly #keys = new Map<string, Key<T>>();
  /** Lowest priority first. */
  #levels: readonly Level[] = [];
  #turns = 0;

  constructor({ agingMs }: LineOptions) {
    this.#agingMs = agingMs;
  }

  get length(): number {
    return this.#entries.size;
  }

  add(item: T, keyName: string, priority: number, nowMs: number): LineEntry<T> {
    const share = this.#shareOf(this.#keyOf(keyName), this.#levelOf(priority));
    share.key.waiting += 1;
    share.level.waiting += 1;
    const entry = share.add(item, nowMs);
    this.#entries.add(entry);
    return entry;
  }

  /** Takes one out before its turn. Safe for one that is out. */
  remove(entry: LineEntry<T>): void {
    if (!this.#entries.delete(entry)) return;
    const { share } = entry;
    const { key, level } = share;
    share.remove(entry);
    if (share.first === undefined) key.shares = key.shares.filter((other) => other !== share);
    key.waiting -= 1;
    if (key.waiting === 0) this.#keys.delete(key.name);
    level.waiting -= 1;
    if (level.waiting === 0) this.#renumber(this.#levels.filter((other) => other !== level));
  }

  /** Whoever is next, taken out. */
  take(nowMs: number): T | undefined {
    let next: LineEntry<T> | undefined;
    let nextRank = -1;
    for (const key of this.#keys.values()) {
      for (const { first } of key.shares) {
        if (first === undefined) continue;
        const rank = this.#rankOf(first, nowMs);
        if (rank < nextRank || (rank === nextRank && next !== undefined && !isSooner(first, next))) continue;
        next = first;
        nextRank = rank;
      }
    }
    if (next === undefined) return undefined;
    this.#turns += 1;
    next.share.key.turn = this.#turns;
    this.remove(next);
    return next.item;
  }

  /** How many go before this one, as things are: those who come later, or age, may still pass it. */
  ahead(entry: LineEntry<T>, nowMs: number): number {
    const rank = this.#rankOf(entry, nowMs);
    const rounds = this.#roundsAt(rank, nowMs);
    const round = rounds.get(entry) ?? 0;
    let ahead = 0;
    for (const [other, otherRound] of rounds) {
      if (otherRound < round || (otherRound === round && other.share.key.turn < entry.share.key.turn)) ahead += 1;
    }
    for (const other of this.#entries) if (this.#rankOf(other, nowMs) > rank) ahead += 1;
    return ahead;
  }

  /**
   * Who gives way when the line is full and this key asks: the latest of the lowest priority, of the key that has most
   * in the line. Undefined where that leaves it no better than the one who asks.
   */
  givesWayTo(keyName: string): LineEntry<T> | undefined {
    let greediest: Key<T> | undefined;
    for (const key of this.#keys.values()) if (key.waiting > (greediest?.waiting ?? 0)) greediest = key;
    const asking = this.#keys.get(keyName)?.waiting ?? 0;
    if (greediest === undefined || greediest.waiting < asking + 2) return undefined;
    let lowest: Share<T> | undefined;
    for (const share of greediest.shares) {
      if (lowest === undefined || share.level.rank < lowest.level.rank) lowest = share;
    }
    return lowest?.last;
  }

  /** In which of its key's turns each of this rank is served, counted from 0. */
  #roundsAt(rank: number, nowMs: number): Map<LineEntry<T>, number> {
    const rounds = new Map<LineEntry<T>, number>();
    const met = new Map<Key<T>, number>();
    for (const entry of this.#entries) {
      if (this.#rankOf(entry, nowMs) !== rank) continue;
      const { key } = entry.share;
      const round = met.get(key) ?? 0;
      rounds.set(entry, round);
      met.set(key, round + 1);
    }
    return rounds;
  }

  /** Nobody rises above the highest priority there is, so that there it is each key's turn, whoever waited longest. */
  #rankOf({ share: { level }, sinceMs }: LineEntry<T>, nowMs: number): number {
    const highest = this.#levels.length - 1;
    if (level.rank === highest) return highest;
    return Math.min(highest, level.rank + Math.floor((nowMs - sinceMs) / this.#agingMs));
  }

  /** A key that comes, or comes back, has its turn after those who wait. */
  #keyOf(name: string): Key<T> {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    this.#turns += 1;
    const key: Key<T> = { name, waiting: 0, turn: this.#turns, shares: [] };
    this.#keys.set(name, key);
    return key;
  }

  #levelOf(priority: number): Level {
    const known = this.#levels.find((level) => level.priority === priority);
    if (known !== undefined) return known;
    const level = { priority, waiting: 0, rank: 0 };
    this.#renumber([...this.#levels, level].sort((a, b) => a.priority - b.priority));
    return level;
  }

  #shareOf(key: Key<T>, level: Level): Share<T> {
    const known = key.shares.find((share) => share.level === level);
    if (known !== undefined) return known;
    const share = new Share(key, level);
    key.shares = [...key.shares, share];
    return share;
  }

  #renumber(levels: readonly Level[]): void {
    this.#levels = levels;
    for (const [rank, level] of levels.entries()) level.rank = rank;
  }
}

/** Of two of the same rank: the key whose turn comes first; of one key, whoever waits longer. */
function isSooner<T>(one: LineEntry<T>, other: LineEntry<T>): boolean {
  const { key } = one.share;
  return key === other.share.key ? one.sinceMs < other.sinceMs : key.turn < other.share.key.turn;
}
