import type { Clock } from "../../model/clock.ts";
import { FairLine } from "./fair-line.ts";
import type { LineEntry } from "./share.ts";

/** Whoever waits for a place, in the line of one room or of several. */
export interface Waiter {
  readonly key: string;
  readonly priority: number;
  /** How long a line may be, itself included. */
  readonly maxLength: number;
  readonly clock: Clock;
  /** The place is taken in its name. */
  getsPlace(room: Room): void;
  /** The line was full, and somebody else needed the room in it more. */
  gaveWay(room: Room): void;
}

/** A waiter's place in a line. */
export type PlaceInLine = LineEntry<Waiter>;

/** Who waits as long as this counts as the next priority up. */
const AGING_MS = 30_000;
/** How much the latest interval counts in the average. */
const LATEST_SHARE = 0.2;

/** The places at one server, and the fair line before it. */
export class Room {
  #capacity: number | undefined;
  #taken = 0;
  readonly #line = new FairLine<Waiter>({ agingMs: AGING_MS });
  /** That of whoever came last. */
  #clock: Clock | undefined;
  /** When a place last came free for the line, or the line began. */
  #lastFreeMs = 0;
  /** Between two places that come free while somebody waits, on average. */
  #intervalMs = 0;

  /** @param capacity how many places there are; undefined for no bound */
  constructor(capacity: number | undefined) {
    this.#capacity = capacity;
  }

  get capacity(): number | undefined {
    return this.#capacity;
  }

  /** More places go to those who wait; with fewer, the next ones that come free are not handed on. */
  set capacity(capacity: number | undefined) {
    this.#capacity = capacity;
    this.#handOn();
  }

  get taken(): number {
    return this.#taken;
  }

  /** How many are in line. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Whether whoever comes now has to wait. */
  get isFull(): boolean {
    return !this.#hasPlace;
  }

  /**
   * Takes a place where one is free, and none is while somebody waits: it has been handed on then. Whoever has
   * one gives it back once.
   */
  tryTake(): boolean {
    if (!this.#hasPlace) return false;
    this.#taken += 1;
    return true;
  }

  /** The place goes to the next in line. */
  giveBack(): void {
    this.#taken -= 1;
    if (this.#line.length === 0 || !this.#hasPlace) return;
    this.#cameFree();
    this.#handOn();
  }

  /** Gets in line. Undefined where the line is full. */
  join(waiter: Waiter): PlaceInLine | undefined {
    if (this.#line.length >= waiter.maxLength) return undefined;
    const nowMs = waiter.clock.now();
    if (this.#line.length === 0) this.#lastFreeMs = nowMs;
    this.#clock = waiter.clock;
    return this.#line.add(waiter, waiter.key, waiter.priority, nowMs);
  }

  /**
   * Gets in a line that is full, instead of one whose key has most places in it. Undefined where that would be no
   * fairer.
   */
  joinInstead(waiter: Waiter): PlaceInLine | undefined {
    if (this.#line.length > waiter.maxLength) return undefined;
    const other = this.#line.givesWayTo(waiter.key);
    if (other === undefined) return undefined;
    this.leave(other);
    other.item.gaveWay(this);
    return this.join(waiter);
  }

  /** Gets out of line. Safe for one who is out. */
  leave(place: PlaceInLine): void {
    this.#line.remove(place);
  }

  /** How many go before. */
  ahead(place: PlaceInLine, nowMs: number): number {
    return this.#line.ahead(place, nowMs);
  }

  /** How long it takes until so many have gone and a place comes free once more, as places came free lately. */
  expectedWaitMs(ahead: number, nowMs: number): number {
    // A server that gives nothing back has become slower than its average says.
    const standstillMs = this.#line.length === 0 ? 0 : nowMs - this.#lastFreeMs;
    return (ahead + 1) * Math.max(this.#intervalMs, standstillMs);
  }

  get #hasPlace(): boolean {
    return this.#capacity === undefined || this.#taken < this.#capacity;
  }

  get #nowMs(): number {
    return this.#clock?.now() ?? 0;
  }

  #cameFree(): void {
    const intervalMs = this.#nowMs - this.#lastFreeMs;
    this.#intervalMs =
      this.#intervalMs === 0 ? intervalMs : this.#intervalMs + LATEST_SHARE * (intervalMs - this.#intervalMs);
    this.#lastFreeMs = this.#nowMs;
  }

  #handOn(): void {
    while (this.#hasPlace && this.#line.length > 0) {
      const next = this.#line.take(this.#nowMs);
      this.#taken += 1;
      next?.getsPlace(this);
    }
  }
}
