import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Limits } from "../../model/limits.ts";
import type { Observation, StreamObserver } from "../../model/observation.ts";
import { joined } from "../bytes/joined.ts";
import { findError } from "../failure/account.ts";
import { classifyValue } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
import { parseJson } from "../json/parse.ts";
import { isObject } from "../json/read.ts";
import { SseError } from "../sse/event.ts";
import { truncatedStream, unreadableEvent } from "./stream-failures.ts";
import { StreamMeter } from "./stream-meter.ts";

/** Takes note of what passes in one dialect. */
export interface EventWatch {
  /** Text, reasoning, a refusal, a tool call or a finish has been seen. */
  readonly content: boolean;
  /** The reply gave a reason to end: should the body end now, it is whole. */
  readonly finished: boolean;
  /** The terminal event was seen. */
  readonly ended: boolean;
  readonly known: Pick<Observation, "usage" | "model" | "rawFinishReason" | "responseId">;
  /** Reads one event. `name` is its name, or `""`. Gives why the answer broke off, where it says that. */
  read(value: JsonObject, name: string): Failure | undefined;
  /** The terminal events that are still missing from a reply that is finished. */
  closing(): string;
}

export interface WatchedStreamOptions {
  readonly limits: Limits;
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** Makes a failure the provider's own: named after it, and without its secrets. */
  readonly dress?: (failure: Failure) => Failure;
}

/** An event of a stream, with the bytes it came in. */
export interface FramedEvent {
  readonly bytes: Uint8Array;
  /** Absent for a comment. */
  readonly data?: string;
  readonly name: string;
}

/** Cuts bytes into events. */
export interface Framing {
  /** The events that these bytes complete. Throws an `SseError` when one is too large. */
  push(bytes: Uint8Array): readonly FramedEvent[];
  /** What is left when the bytes are over, if it is an event. */
  end(): readonly FramedEvent[];
}

const NOTHING = new Uint8Array(0);
const TEXT = new TextEncoder();

/**
 * Watches a stream pass, byte for byte, in a dialect that `watch` knows: gives whole events only, and neither an error
 * nor anything behind the end. Where the upstream left the terminal event out, it is written.
 */
export class WatchedStream implements StreamObserver {
  readonly #watch: EventWatch;
  readonly #framing: Framing;
  readonly #options: WatchedStreamOptions;
  readonly #meter: StreamMeter;
  #failure: Failure | undefined;
  #ended = false;

  constructor(watch: EventWatch, framing: Framing, options: WatchedStreamOptions) {
    this.#watch = watch;
    this.#framing = framing;
    this.#options = options;
    this.#meter = new StreamMeter(options.limits);
  }

  get seen(): Observation {
    const { content, known } = this.#watch;
    return { content, ended: this.#ended, ...known, ...(this.#failure && { failure: this.#failure }) };
  }

  push(bytes: Uint8Array): Uint8Array {
    if (this.#over) return NOTHING;
    const passed = this.#guarded(() => this.#framing.push(bytes));
    if (this.#over) return passed;
    const excess = this.#meter.count(bytes.length, passed.length > 0 && this.#watch.content);
    if (excess) this.#fail(excess);
    return passed;
  }

  end(): Uint8Array {
    if (this.#over) return NOTHING;
    const last = this.#guarded(() => this.#framing.end());
    if (this.#over) return last;
    if (!this.#watch.finished) {
      this.#fail(truncatedStream(this.#watch.content));
      return last;
    }
    this.#ended = true;
    return joined([last, TEXT.encode(this.#watch.closing())]);
  }

  get #over(): boolean {
    return this.#ended || this.#failure !== undefined;
  }

  #guarded(cut: () => readonly FramedEvent[]): Uint8Array {
    let events: readonly FramedEvent[];
    try {
      events = cut();
    } catch (error) {
      if (!(error instanceof SseError)) throw error;
      this.#fail(failureOf("protocol", error.message, { code: "event_too_large" }));
      return NOTHING;
    }
    const passed: Uint8Array[] = [];
    for (const event of events) {
      if (event.data === undefined || this.#passes(event.data, event.name)) passed.push(event.bytes);
      if (this.#over) break;
    }
    return joined(passed);
  }

  /** Whether an event goes to the client. */
  #passes(data: string, name: string): boolean {
    const text = data.trim();
    if (text === "" || text === "[DONE]") return true;
    const parsed = parseJson(text, this.#options.limits.eventValueBytes);
    if (!parsed.ok || !isObject(parsed.value)) {
      this.#fail(unreadableEvent(text, this.#watch.content));
      return false;
    }
    if (name === "error" || findError(parsed.value) !== undefined) {
      const told = { wallNowMs: this.#options.wallNowMs(), partial: this.#watch.content };
      this.#fail(classifyValue(parsed.value, told));
      return false;
    }
    const broken = this.#watch.read(parsed.value, name);
    if (broken) this.#fail(broken);
    else if (this.#watch.ended) this.#ended = true;
    return broken === undefined;
  }

  #fail(failure: Failure): void {
    if (this.#failure !== undefined) return;
    const { dress = (own: Failure) => own } = this.#options;
    this.#failure = dress(this.#watch.content ? { ...failure, partial: true } : failure);
  }
}
