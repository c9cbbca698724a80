import type { Clock, Timer } from "../../model/clock.ts";
import type { TimeoutPhase } from "../../model/failure.ts";
import type { Timeouts } from "../provider.ts";

/**
 * The four clocks of one call. A limit of 0 is no limit. The idle clock is one timer that looks at
 * the time of the last byte when it fires, instead of one that is set again with every byte.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  readonly #expired: (phase: TimeoutPhase, limitMs: number) => void;
  readonly #timers = new Map<TimeoutPhase, Timer>();
  #lastByteMs = 0;
  #byteSeen = false;
  #over = false;

  constructor(clock: Clock, timeouts: Timeouts, expired: (phase: TimeoutPhase, limitMs: number) => void) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#expired = expired;
  }

  /** A connection is asked for. */
  connecting(): void {
    this.#arm("connect", this.#timeouts.connect);
  }

  /** The connection stands and the request goes out. */
  sent(): void {
    this.#disarm("connect");
    this.#arm("first_byte", this.#timeouts.firstByte);
    this.#arm("first_content", this.#timeouts.firstContent);
  }

  headersReceived(): void {
    this.#disarm("first_byte");
  }

  /** Of the body. Servers that send headers at once then read the prompt in silence: idle begins after it. */
  byteReceived(): void {
    if (this.#byteSeen) this.#lastByteMs = this.#clock.now();
    else {
      this.#byteSeen = true;
      this.resume();
    }
  }

  contentSeen(): void {
    this.#disarm("first_content");
  }

  /** We stopped reading, so silence is our own doing. */
  pause(): void {
    this.#disarm("idle");
  }

  resume(): void {
    this.#lastByteMs = this.#clock.now();
    this.#armIdle(this.#timeouts.idle);
  }

  /** The call is over; no clock fires any more. */
  stop(): void {
    this.#over = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #arm(phase: TimeoutPhase, limitMs: number): void {
    if (limitMs <= 0 || this.#over) return;
    this.#disarm(phase);
    this.#timers.set(
      phase,
      this.#clock.setTimer(limitMs, () => this.#expired(phase, limitMs)),
    );
  }

  #disarm(phase: TimeoutPhase): void {
    this.#timers.get(phase)?.cancel();
    this.#timers.delete(phase);
  }

  #armIdle(delayMs: number): void {
    if (delayMs <= 0 || this.#over) return;
    this.#disarm("idle");
    const look = (): void => {
      const leftMs = this.#lastByteMs + this.#timeouts.idle - this.#clock.now();
      if (leftMs > 0) this.#armIdle(leftMs);
      else this.#expired("idle", this.#timeouts.idle);
    };
    this.#timers.set("idle", this.#clock.setTimer(delayMs, look));
  }
}
