import type { JsonObject } from "../../model/json.ts";
import type { Limits } from "../../model/limits.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent, StreamEvent } from "../../model/stream-event.ts";
import { ResponseBuilder } from "./response-builder.ts";
import { jsonText } from "./json-text.ts";
import { ReplyFault } from "./reply-fault.ts";
import { failureOf } from "../failure/kinds.ts";
import { valueCost } from "../json/value-cost.ts";

/** What a piece of an answer costs to hold beyond its characters, so that many short ones are no way around the limit. */
const PIECE_COST_BYTES = 64;
/** Text beyond Latin-1 is held in two bytes a character, and in a third while it is put together. */
const WIDE = /[^\0-\xff]/u;

/** What makes a reply begin for the caller. */
const CONTENT: ReadonlySet<DecodedEvent["type"]> = new Set([
  "text-delta",
  "reasoning-delta",
  "reasoning-detail",
  "refusal-delta",
  "audio-delta",
  "tool-call-start",
  "choice-finish",
]);

/** Whether an event is part of the answer itself. */
export function isReplyContent(type: DecodedEvent["type"]): boolean {
  return CONTENT.has(type);
}

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

  /** Counts a text that the answer is going to hold. Throws a {@link ReplyFault} when it is too much. */
  spend(text: string): void {
    if (text === "") return;
    this.#add(PIECE_COST_BYTES + (WIDE.test(text) ? 3 : 1) * text.length);
  }

  /** Counts a value that it is going to hold, likewise. */
  spendValue(value: JsonObject, moreBytes = 0): void {
    const text = jsonText(value);
    this.#add(PIECE_COST_BYTES + text.length + valueCost(text) + moreBytes);
  }

  #add(bytes: number): void {
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
