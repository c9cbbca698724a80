import { RecentOutcomes } from "./recent-outcomes.ts";
import type { Closure } from "./view.ts";

/** So many failures in a row open it. */
const IN_A_ROW = 5;
/** Or this share of the recent outcomes, when there are enough of them. */
const FAILING_SHARE = 0.5;
const ENOUGH = 20;
const FIRST_OPEN_MS = 1_000;
const LONGEST_OPEN_MS = 30_000;
/** A trial that takes longer is not waited for: another may begin beside it. */
const TRIAL_MS = 30_000;
/** Either way, so that those who were closed together do not come back together. */
const JITTER = 0.2;
/** A target that came back takes more and more calls at once; after so many with content, or this time, it has recovered. */
const RECOVERED_AFTER = 16;
const RECOVERED_AFTER_MS = 10_000;

/**
 * - `closed`: calls pass.
 * - `open`: none passes until the time is over; then one does, on trial.
 * - `trying`: that one is under way.
 * - `recovering`: it had content. Calls pass, not all at once.
 */
type State = "closed" | "open" | "trying" | "recovering";

/** Which run of calls one belongs to: what those of earlier runs come to says nothing any more. */
export type Ticket = number;

/** Keeps calls from what fails, tries it with a single one, and lets the others back step by step. */
export class Breaker {
  readonly #random: () => number;
  readonly #outcomes = new RecentOutcomes();
  #state: State = "closed";
  #run: Ticket = 0;
  #inARow = 0;
  #openMs = FIRST_OPEN_MS;
  #closure: Closure | undefined;
  #why = "";
  /** Calls of this run that have no content yet. */
  #awaiting = 0;
  /** Calls of this run that had content since it came back. */
  #proved = 0;
  #cameBackMs = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Failures since the last success. */
  get inARow(): number {
    return this.#inARow;
  }

  /** Whether it keeps calls away or back, so that looking at the server is worth while. */
  isTripped(nowMs: number): boolean {
    return this.#state !== "closed" && !this.#hasRecovered(nowMs);
  }

  /** Of the recent outcomes since it was last opened, how many were good. */
  goodShare(nowMs: number): number {
    return this.#outcomes.goodShare(nowMs);
  }

  /** What keeps calls away. A target that recovers is not closed; it may have no room at the moment. */
  closure(nowMs: number): Closure | undefined {
    if (this.#closure === undefined) return undefined;
    return this.#closure.untilMs > nowMs ? this.#closure : undefined;
  }

  /** Whether as many calls as it can bear on its way back are waiting for content. */
  isHeldBack(nowMs: number): boolean {
    return this.#state === "recovering" && this.#awaiting > this.#proved && !this.#hasRecovered(nowMs);
  }

  /** A call begins. Only where it is neither closed nor, unless that does not matter, held back. */
  enter(nowMs: number): Ticket {
    if (this.#state === "open" || this.#state === "trying") {
      this.#state = "trying";
      this.#closure = { untilMs: nowMs + TRIAL_MS, reason: `one call tries it again after ${this.#why}` };
    } else if (this.#hasRecovered(nowMs)) {
      this.#recovered();
    }
    this.#awaiting += 1;
    return this.#run;
  }

  /** The call has content. */
  hadContent(ticket: Ticket, nowMs: number): void {
    if (ticket !== this.#run) return;
    this.#awaiting -= 1;
    if (this.#state === "trying") {
      this.#state = "recovering";
      this.#closure = undefined;
      this.#proved = 0;
      this.#cameBackMs = nowMs;
    }
    if (this.#state === "recovering") this.#proved += 1;
  }

  /** The call, which had content, is complete. */
  answered(ticket: Ticket, nowMs: number): void {
    if (ticket !== this.#run) return;
    this.#inARow = 0;
    this.#outcomes.add(true, nowMs);
  }

  /** @param isAwaiting whether the call had no content before */
  failed(ticket: Ticket, nowMs: number, what: string, isAwaiting: boolean): void {
    if (ticket !== this.#run) return;
    if (isAwaiting) this.#awaiting -= 1;
    this.#fail(nowMs, what);
  }

  /** The call ended without saying anything about this. A trial is for the next one then. */
  left(ticket: Ticket, nowMs: number, isAwaiting: boolean): void {
    if (ticket !== this.#run || !isAwaiting) return;
    this.#awaiting -= 1;
    if (this.#state !== "trying" || this.#awaiting > 0) return;
    this.#state = "open";
    this.#closure = { untilMs: nowMs, reason: this.#why };
  }

  /** Somebody looked, and it is in order: it may be tried at once. */
  looksGood(nowMs: number): void {
    if (this.#state === "closed") this.#inARow = 0;
    else if (this.#state === "open") this.#closure = { untilMs: nowMs, reason: this.#why };
  }

  /** Somebody looked, and it is not: there is nothing to try yet. */
  looksBad(nowMs: number, what: string): void {
    if (this.#state === "closed") this.#fail(nowMs, what);
    else if (this.#state === "open" && this.closure(nowMs) === undefined) this.#open(nowMs);
  }

  /** It was seen to have started anew: what was before does not count. */
  reset(): void {
    if (this.#state === "closed" && this.#inARow === 0) return;
    this.#run += 1;
    this.#awaiting = 0;
    this.#inARow = 0;
    this.#recovered();
    this.#outcomes.clear();
  }

  #fail(nowMs: number, what: string): void {
    this.#inARow += 1;
    this.#outcomes.add(false, nowMs);
    if (this.#hasRecovered(nowMs)) this.#recovered();
    if (this.#state !== "closed") {
      this.#openMs = Math.min(LONGEST_OPEN_MS, this.#openMs * 2);
      this.#why = `${counted(this.#inARow)}, the last: ${what}`;
    } else if (this.#inARow >= IN_A_ROW) {
      this.#why = `${counted(this.#inARow)}, the last: ${what}`;
    } else if (this.#mostFail(nowMs)) {
      this.#why = `most of its calls failed, the last: ${what}`;
    } else {
      return;
    }
    this.#open(nowMs);
  }

  #open(nowMs: number): void {
    this.#state = "open";
    this.#run += 1;
    this.#awaiting = 0;
    // They have had their consequence; how it goes on is for the trial to show.
    this.#outcomes.clear();
    const jitter = 1 + JITTER * (2 * this.#random() - 1);
    this.#closure = { untilMs: nowMs + this.#openMs * jitter, reason: this.#why };
  }

  #mostFail(nowMs: number): boolean {
    return this.#outcomes.total(nowMs) >= ENOUGH && this.#outcomes.goodShare(nowMs) <= 1 - FAILING_SHARE;
  }

  #hasRecovered(nowMs: number): boolean {
    if (this.#state !== "recovering") return false;
    return this.#proved >= RECOVERED_AFTER || nowMs - this.#cameBackMs >= RECOVERED_AFTER_MS;
  }

  #recovered(): void {
    this.#state = "closed";
    this.#closure = undefined;
    this.#openMs = FIRST_OPEN_MS;
  }
}

function counted(failures: number): string {
  return failures === 1 ? "a failure" : `${failures} failures in a row`;
}
