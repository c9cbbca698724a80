import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Limits } from "../../model/limits.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent, FailureEvent, StreamEvent } from "../../model/stream-event.ts";
import { joined } from "../bytes/joined.ts";
import { sniffBody } from "./body-kind.ts";
import { ReplyFault } from "./reply-fault.ts";
import { StreamMeter } from "./stream-meter.ts";
import { truncatedStream, unreadableEvent } from "./stream-failures.ts";
import { findError } from "../failure/account.ts";
import { classifyValue } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
import { parseJson } from "../json/parse.ts";
import { isArray, isObject } from "../json/read.ts";
import { SseError } from "../sse/event.ts";
import { isReplyContent } from "./event-sink.ts";
import { createStreamBody } from "./stream-body.ts";
import type { BodyForms, StreamBody, StreamData } from "./stream-body.ts";

/** Puts one reply together from what its body holds. Each dialect has its own. Throws a {@link ReplyFault}. */
export interface ReplyReader {
  /** Whether there was text, reasoning, a refusal, a tool call, audio or a finish. */
  readonly contentSeen: boolean;
  /** The reply gave a terminal sign: should the body end now, it is whole. */
  readonly finished: boolean;
  /** Nothing that follows can belong to it. */
  readonly over?: boolean;
  /** Reads one event's value. `event` is its name, or `""`. */
  addChunk(chunk: JsonObject, event: string): void;
  /** Reads a reply that came whole, as `readDocument` gave it. */
  addWhole(document: JsonObject): void;
  /** An unreadable chunk was left out, as asked. */
  skipChunk(): void;
  /** Something followed the end of the reply. */
  warn(code: "trailing-bytes", message: string): void;
  /** The reply ended properly. */
  conclude(): InferenceResponse;
  /** The reply failed: what had arrived, if anything had. */
  partial(): InferenceResponse | undefined;
  /** The events that may go out since this was last asked. */
  take(): StreamEvent[];
}

export interface ReplyStreamOptions extends BodyForms {
  readonly limits: Limits;
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** What an unreadable event does. */
  readonly unreadableChunk: "fail" | "skip";
  /** Whether `[DONE]` is a terminal sign; otherwise it says nothing. */
  readonly endsWithDone: boolean;
}

/** Decodes a streamed reply: bytes in, events out, exactly one `finish` or `failure` last. */
export interface StreamDecoder {
  /** Whether there was text, reasoning, a refusal, a tool call, audio or a finish. */
  readonly contentSeen: boolean;
  /** Whether the last event has been given. Bytes after it mean nothing. */
  readonly ended: boolean;
  push(bytes: Uint8Array): readonly DecodedEvent[];
  /** The bytes are over. */
  end(): readonly DecodedEvent[];
  /** The connection failed, which is no failure of an answer that was complete by then. */
  cut(failure: Failure): readonly DecodedEvent[];
  /** The bytes will not come: the call failed. Gives the last event. */
  fail(failure: Failure): DecodedEvent;
}

/**
 * Decodes a streamed reply, whatever its framing and wherever the network cut it: events in, exactly
 * one `finish` or `failure` last.
 *
 * Success needs a terminal sign. Nothing is given before the first content, so a reply that fails
 * before it gives its failure and nothing else.
 */
export class ReplyStreamDecoder implements StreamDecoder {
  readonly #options: ReplyStreamOptions;
  readonly #reply: ReplyReader;
  readonly #meter: StreamMeter;
  #body: StreamBody | undefined;
  /** White space that may be the beginning of the body's first line. */
  #lead: Uint8Array = NOTHING;
  #failure: FailureEvent | undefined;
  #ended = false;

  constructor(reply: ReplyReader, options: ReplyStreamOptions) {
    this.#options = options;
    this.#reply = reply;
    this.#meter = new StreamMeter(options.limits);
  }

  /** Whether there was text, reasoning, a refusal, a tool call, audio or a finish. */
  get contentSeen(): boolean {
    return this.#reply.contentSeen;
  }

  /** Whether the last event has been given. Bytes after it mean nothing. */
  get ended(): boolean {
    return this.#ended;
  }

  push(bytes: Uint8Array): readonly DecodedEvent[] {
    return this.#run(() => {
      const body = (this.#body ??= this.#open(bytes));
      const all = this.#lead.length === 0 ? bytes : joined([this.#lead, bytes]);
      // White space before the body, which some servers send to keep a connection alive.
      this.#lead = body === undefined ? beginningOfLine(all) : NOTHING;
      body?.push(all, (data) => this.#read(data));
    }, bytes.length);
  }

  /** The bytes are over. */
  end(): readonly DecodedEvent[] {
    return this.#run(() => {
      this.#body?.end((data) => this.#read(data));
      if (this.#ended) return;
      if (!this.#reply.finished) throw new ReplyFault(this.#body?.flaw() ?? truncatedStream(this.contentSeen));
      this.#conclude();
    });
  }

  /** The connection failed, which is no failure of an answer that was complete by then. */
  cut(failure: Failure): readonly DecodedEvent[] {
    if (this.#ended || !this.#reply.finished) return [this.fail(failure)];
    return this.#run(() => this.#conclude());
  }

  /** The bytes will not come: the call failed. Gives the last event. */
  fail(failure: Failure): DecodedEvent {
    this.#failure ??= this.#failureEvent(failure);
    return this.#failure;
  }

  /** Runs a step that read so many bytes; gives the events it brought, and the failure if it ended in one. */
  #run(step: () => void, bytes = 0): readonly DecodedEvent[] {
    if (this.#ended) return [];
    try {
      step();
      const events = this.#reply.take();
      if (this.#ended) return events;
      const excess = this.#meter.count(bytes, events.some(isContent));
      return excess === undefined ? events : [...events, this.fail(excess)];
    } catch (error) {
      const failure = faultOf(error);
      if (failure === undefined) throw error;
      return [...this.#reply.take(), this.fail(failure)];
    }
  }

  #open(bytes: Uint8Array): StreamBody | undefined {
    const kind = sniffBody(bytes);
    return kind === undefined ? undefined : createStreamBody(kind, this.#options.limits, this.#options);
  }

  #read(data: StreamData): void {
    if (this.#ended) return;
    if (data.kind === "whole") {
      this.#reply.addWhole(data.reply);
      if (data.trailing) this.#reply.warn("trailing-bytes", "Something followed the end of the reply");
      this.#conclude();
      return;
    }
    const text = data.text.trim();
    if (text === "") return;
    if (text !== "[DONE]") this.#readJson(text, data);
    else if (this.#options.endsWithDone) this.#conclude();
  }

  #readJson(text: string, data: Extract<StreamData, { kind: "event" }>): void {
    const parsed = parseJson(text, this.#options.limits.eventValueBytes);
    if (parsed.ok && data.name === "error") throw this.#reported(parsed.value);
    if (parsed.ok && this.#readChunks(parsed.value, data.name)) return;
    if (!parsed.ok && data.last && BEGINS_LIKE_JSON.test(text)) return;
    if (data.name === "error") throw this.#reported(text);
    if (this.#options.unreadableChunk === "fail") throw new ReplyFault(unreadableEvent(text, this.contentSeen));
    this.#reply.skipChunk();
  }

  /** Gives false where the value is no chunk. */
  #readChunks(value: JsonValue, name: string): boolean {
    if (value === null) return true;
    if (findError(value)) throw this.#reported(value);
    if (isArray(value)) return value.every((member) => this.#readChunks(member, name));
    if (!isObject(value)) return false;
    if (this.#ended) return true;
    this.#reply.addChunk(value, name);
    if (this.#reply.over === true) this.#conclude();
    return true;
  }

  #conclude(): void {
    this.#reply.conclude();
    this.#ended = true;
  }

  #reported(value: JsonValue): ReplyFault {
    return new ReplyFault(classifyValue(value, { wallNowMs: this.#options.wallNowMs(), partial: this.contentSeen }));
  }

  #failureEvent(failure: Failure): FailureEvent {
    const marked: Failure = this.contentSeen ? { ...failure, partial: true } : failure;
    const partial = this.#reply.partial();
    this.#ended = true;
    return { type: "failure", failure: marked, ...(partial && { partial }) };
  }
}

const NOTHING = new Uint8Array(0);
const LF = 0x0a;
/** As much of it as tells a line that begins with it from one that does not. */
const LEAD_BYTES_MAX = 16;

function beginningOfLine(space: Uint8Array): Uint8Array {
  return space.slice(space.lastIndexOf(LF) + 1).slice(0, LEAD_BYTES_MAX);
}

function isContent({ type }: DecodedEvent): boolean {
  return type === "tool-call-delta" || isReplyContent(type);
}

/** The last event of a stream that was cut in the middle of it. */
const BEGINS_LIKE_JSON = /^[{[]/u;

/** What is wrong with the reply, where an error says that. Anything else is a mistake of ours. */
function faultOf(error: unknown): Failure | undefined {
  if (error instanceof ReplyFault) return error.failure;
  if (error instanceof SseError) return failureOf("protocol", error.message, { code: "event_too_large" });
  return undefined;
}
