import type { Limits } from "../../model/limits.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { ResponseBuilder } from "../assembly/response-builder.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { failureOf } from "../failure/kinds.ts";

/** What makes a reply begin for the caller. */
const CONTENT: ReadonlySet<StreamEvent["type"]> = new Set([
  "text-delta",
  "reasoning-delta",
  "reasoning-detail",
  "refusal-delta",
  "audio-delta",
  "tool-call-start",
  "choice-finish",
]);

/**
 * Where the events of one reply go: into the answer that is being built, and out to the caller.
 * Nothing goes out before the first content, so that a reply that fails before it never began.
 */
export class EventSink {
  readonly #maxBytes: number;
  readonly #builder = new ResponseBuilder();
  readonly #startEvent: () => StreamEvent;
  #held: StreamEvent[] | undefined = [];
  #out: StreamEvent[] = [];
  #bytes = 0;

  /** `startEvent` is asked when the reply begins: by then the first chunks have named it. */
  constructor(limits: Limits, startEvent: () => StreamEvent) {
    this.#maxBytes = limits.assembledBytes;
    this.#startEvent = startEvent;
  }

  get begun(): boolean {
    return this.#held === undefined;
  }

  emit(event: StreamEvent): void {
    if (CONTENT.has(event.type)) this.begin();
    this.#builder.apply(event);
    (this.#held ?? this.#out).push(event);
  }

  emitAll(events: readonly StreamEvent[]): void {
    for (const event of events) this.emit(event);
  }

  /** The answer has content, or ends: `start` goes out, and what waited for it. */
  begin(): void {
    if (this.#held === undefined) return;
    const start = this.#startEvent();
    this.#builder.apply(start);
    this.#out.push(start, ...this.#held);
    this.#held = undefined;
  }

  /** Counts what the answer holds. Throws a {@link ReplyFault} when it is too much. */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxBytes) return;
    const message = `The model server's answer is larger than ${this.#maxBytes} bytes; reading stopped`;
    throw new ReplyFault(failureOf("protocol", message));
  }

  /** The events that may go out since this was last asked. */
  take(): StreamEvent[] {
    const events = this.#out;
    this.#out = [];
    return events;
  }

  /** The reply failed: the answer as it stands, with these last events, which nobody else gets. */
  salvage(events: readonly StreamEvent[]): InferenceResponse {
    if (!this.begun) this.#builder.apply(this.#startEvent());
    for (const event of events) this.#builder.apply(event);
    return this.#builder.build();
  }

  finish(): InferenceResponse {
    this.begin();
    const response = this.#builder.build();
    this.emit({ type: "finish", response });
    return response;
  }
}
