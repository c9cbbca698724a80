import { setTimeout as pause } from "node:timers/promises";
import { threadMs } from "./thread-time.ts";

export interface Reading {
  /** Bytes by which the memory in use was at its height above what it was at the start. */
  readonly growthBytes: number;
  /** The longest time the event loop was not free, in milliseconds; that others had the processor does not count. */
  readonly blockedMs: number;
}

const TICK_MS = 2;
/** Growth after which garbage is collected; less of it than this is counted as held. */
const COLLECT_BYTES = 8 * 1024 * 1024;

/**
 * Watches the memory and the event loop of this process. Garbage is collected again and again: what nobody
 * holds is no growth, however late V8 would get to it.
 */
export class Gauge {
  #startBytes = 0;
  #peakBytes = 0;
  #collectedBytes = 0;
  #blockedMs = 0;
  #lastMs = 0;
  #lastThreadMs = 0;
  #timer: NodeJS.Timeout | undefined;

  async start(): Promise<void> {
    for (let n = 0; n < 3; n += 1) {
      collect();
      await pause(TICK_MS);
    }
    this.#startBytes = this.#peakBytes = this.#collectedBytes = usedBytes();
    this.#blockedMs = 0;
    this.#look();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): Reading {
    this.#tick();
    clearInterval(this.#timer);
    return { growthBytes: this.#peakBytes - this.#startBytes, blockedMs: this.#blockedMs };
  }

  #tick(): void {
    const workedMs = threadMs() - this.#lastThreadMs;
    const passedMs = performance.now() - this.#lastMs - TICK_MS;
    this.#blockedMs = Math.max(this.#blockedMs, Math.min(workedMs, passedMs));
    if (usedBytes() > this.#collectedBytes + COLLECT_BYTES) {
      collect();
      this.#collectedBytes = usedBytes();
    }
    this.#peakBytes = Math.max(this.#peakBytes, usedBytes());
    this.#look();
  }

  #look(): void {
    this.#lastMs = performance.now();
    this.#lastThreadMs = threadMs();
  }
}

/** Twice: what the first collection finds off the heap is given back in the background, for which the second waits. */
function collect(): void {
  globalThis.gc?.();
  globalThis.gc?.();
}

/** On and off the heap. */
function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
