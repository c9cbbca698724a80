import type { Clock, Timer } from "../../model/clock.ts";

class Due implements Timer {
  readonly atMs: number;
  /** Of two timers for one moment, the one that was set first goes first. */
  readonly order: number;
  callback: (() => void) | undefined;
  readonly #clock: EventClock;

  constructor(clock: EventClock, atMs: number, order: number, callback: () => void) {
    this.#clock = clock;
    this.atMs = atMs;
    this.order = order;
    this.callback = callback;
  }

  cancel(): void {
    if (this.callback === undefined) return;
    this.callback = undefined;
    this.#clock.cancelled();
  }
}

/**
 * Time that jumps from one event to the next: hours of it pass in seconds, and in the same order every time. Made for
 * millions of events, where `FakeClock` is made for a few.
 */
export class EventClock implements Clock {
  readonly #heap: Due[] = [];
  readonly #startedAtMs: number;
  #nowMs = 0;
  #order = 0;
  #pending = 0;

  /** @param startedAtMs what the wall clock says at first, in milliseconds since the epoch */
  constructor(startedAtMs: number = Date.UTC(2026, 0, 1)) {
    this.#startedAtMs = startedAtMs;
  }

  now(): number {
    return this.#nowMs;
  }

  wallNow(): number {
    return this.#startedAtMs + this.#nowMs;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#pending;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const due = new Due(this, this.#nowMs + Math.max(0, delayMs), this.#order++, callback);
    this.#pending += 1;
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
    return due;
  }

  /** For its timers only. */
  cancelled(): void {
    this.#pending -= 1;
  }

  /** Goes on to the next event, and lets it happen. False when there is none. */
  next(): boolean {
    for (;;) {
      const due = this.#pop();
      if (due === undefined) return false;
      const { callback } = due;
      if (callback === undefined) continue;
      due.callback = undefined;
      this.#pending -= 1;
      this.#nowMs = due.atMs;
      callback();
      return true;
    }
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    this.#sink();
    return first;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const due = heap[from];
    if (due === undefined) return;
    let at = from;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || isBefore(parent, due)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = due;
  }

  #sink(): void {
    const heap = this.#heap;
    const due = heap[0];
    if (due === undefined) return;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      if (child === undefined) break;
      const other = heap[childAt + 1];
      if (other !== undefined && isBefore(other, child)) {
        child = other;
        childAt += 1;
      }
      if (isBefore(due, child)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = due;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
