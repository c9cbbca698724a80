/** Time as an argument, so that tests own it. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Milliseconds since the epoch. */
  wallNow(): number;
  /** Calls back once after `delayMs`; the timer does not keep a process alive. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}
