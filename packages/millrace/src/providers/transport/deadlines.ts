import type { Clock, Timer } from "../../model/clock.ts";
import type { TimeoutPhase } from "../../model/failure.ts";
import type { Timeouts } from "../provider.ts";

/**
 * The four clocks of one call. A limit of 0 is no limit. There is one timer, which looks at what is due when
 * it fires: setting one anew at every turn of the call would cost more than the rest of the clocks.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  readonly #expired: (phase: TimeoutPhase, limitMs: number) => void;
  /** When each runs out; never, where it does not run. */
  #connectAtMs = Infinity;
  #firstByteAtMs = Infinity;
  #firstContentAtMs = Infinity;
  #idleAtMs = Infinity;
  #timer: Timer | undefined;
  #firesAtMs = Infinity;
  #byteSeen = false;
  #over = false;

  constructor(clock: Clock, timeouts: Timeouts, expired: (phase: TimeoutPhase, limitMs: number) => void) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#expired = expired;
  }

  /** A connection is asked for. */
  connecting(): void {
    this.#connectAtMs = due(this.#clock.now(), this.#timeouts.connect);
    this.#arm(this.#connectAtMs);
  }

  /** The connection stands and the request goes out. */
  sent(): void {
    const nowMs = this.#clock.now();
    this.#connectAtMs = Infinity;
    this.#firstByteAtMs = due(nowMs, this.#timeouts.firstByte);
    this.#firstContentAtMs = due(nowMs, this.#timeouts.firstContent);
    this.#arm(Math.min(this.#firstByteAtMs, this.#firstContentAtMs));
  }

  headersReceived(): void {
    this.#firstByteAtMs = Infinity;
    this.#disarmIfNoneRuns();
  }

  /** Of the body. Servers that send headers at once then read the prompt in silence: idle begins after it. */
  byteReceived(): void {
    if (!this.#byteSeen) {
      this.#byteSeen = true;
      this.resume();
    } else if (this.#idleAtMs !== Infinity) this.#idleAtMs = this.#clock.now() + this.#timeouts.idle;
  }

  contentSeen(): void {
    this.#firstContentAtMs = Infinity;
    this.#disarmIfNoneRuns();
  }

  /** We stopped reading, so silence is our own doing. */
  pause(): void {
    this.#idleAtMs = Infinity;
    this.#disarmIfNoneRuns();
  }

  resume(): void {
    this.#idleAtMs = due(this.#clock.now(), this.#timeouts.idle);
    this.#arm(this.#idleAtMs);
  }

  /** The call is over; no clock fires any more. */
  stop(): void {
    this.#over = true;
    this.#disarm();
  }

  #nextAtMs(): number {
    return Math.min(this.#connectAtMs, this.#firstByteAtMs, this.#firstContentAtMs, this.#idleAtMs);
  }

  #disarmIfNoneRuns(): void {
    if (this.#nextAtMs() === Infinity) this.#disarm();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#firesAtMs = Infinity;
  }

  #arm(atMs: number): void {
    if (atMs >= this.#firesAtMs || this.#over) return;
    this.#timer?.cancel();
    this.#firesAtMs = atMs;
    this.#timer = this.#clock.setTimer(atMs - this.#clock.now(), () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    this.#firesAtMs = Infinity;
    const { connect, firstByte, firstContent, idle } = this.#timeouts;
    const nowMs = this.#clock.now();
    if (this.#connectAtMs <= nowMs) this.#expired("connect", connect);
    else if (this.#firstByteAtMs <= nowMs) this.#expired("first_byte", firstByte);
    else if (this.#firstContentAtMs <= nowMs) this.#expired("first_content", firstContent);
    else if (this.#idleAtMs <= nowMs) this.#expired("idle", idle);
    else this.#arm(this.#nextAtMs());
  }
}

function due(nowMs: number, limitMs: number): number {
  return limitMs > 0 ? nowMs + limitMs : Infinity;
}
