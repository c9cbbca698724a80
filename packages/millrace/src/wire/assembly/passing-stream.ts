import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { Limits } from "../../model/limits.ts";
import type { Observation, StreamObserver } from "../../model/observation.ts";
import { findError } from "../failure/account.ts";
import { classifyValue, reportedFailure } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
import { parseJson } from "../json/parse.ts";
import type { Parsed } from "../json/parse.ts";
import { isArray, isObject } from "../json/read.ts";
import { SseDecoder } from "../sse/decoder.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import { SseError } from "../sse/event.ts";
import type { SseEvent } from "../sse/event.ts";
import { AlikeEvents } from "./alike-events.ts";
import { EventFramer } from "./event-framer.ts";
import type { FramedEvents } from "./event-framer.ts";
import { choicesOf, PassingAnswer } from "./passing-answer.ts";
import type { HasContent } from "./passing-answer.ts";
import { notAnEventStream, truncatedStream, unreadableEvent, webPage } from "./stream-failures.ts";
import { joined } from "../bytes/joined.ts";
import { StreamMeter } from "./stream-meter.ts";

export interface PassingStreamOptions {
  /** Whether the client asked for the usage chunk. Where it did not, that chunk is held back. */
  readonly wantsUsage: boolean;
  readonly maxEventBytes: number;
  /** By default those that a provider has by default. */
  readonly limits?: Pick<Limits, "eventValueBytes" | "streamBytes" | "quietBytes">;
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** The field of a usage object that holds a cost in dollars, where there is one. */
  readonly costField?: string;
  /** What an unreadable event does. */
  readonly unreadableChunk: "fail" | "skip";
  /** Makes a failure the provider's own: named after it, and without its secrets. */
  readonly dress?: (failure: Failure) => Failure;
}

/** What becomes of an event: it passes, it is held back, or this goes out in its place. */
type Verdict = "pass" | "drop" | Uint8Array;

/** An ordinary chunk is one line that has a choice … */
const HAS_CHOICE = /^data: ?\{.*"choices"\s*:\s*\[\s*\{/u;
/**
 * … and none of these: an error, counts, a finish, a choice or call other than the first, or a second
 * line. It has to be JSON, but nothing in it is of interest here.
 */
const REMARKABLE =
  /"error|"(?:base_resp|success|timings)"|"usage"\s*:\s*[^n\s]|"finish_?[rR]eason"\s*:\s*"[^"]|"index"\s*:\s*[1-9]|[\r\n]./u;

const DATA_FIELD = "data:".length;
const NOTHING = new Uint8Array(0);
const DONE = "[DONE]";
const TEXT = new TextEncoder();
const DONE_EVENT = TEXT.encode(encodeSseEvent(DONE));

/**
 * Watches a stream of an OpenAI dialect pass, byte for byte: gives whole events only, keeps usage,
 * finish and errors, and gives neither an error event nor anything behind the end. An event that a
 * plain client could not read ends the stream, or is written so that it can.
 */
export class PassingStream implements StreamObserver {
  readonly #options: PassingStreamOptions;
  readonly #answer: PassingAnswer;
  readonly #framer: EventFramer;
  readonly #decoder: SseDecoder;
  readonly #utf8 = new TextDecoder();
  readonly #meter: StreamMeter;
  readonly #ordinary = new AlikeEvents();
  readonly #limits: Pick<Limits, "eventValueBytes">;
  #events = 0;
  /** The bytes that are being read hold a piece of the answer. */
  #contentHere = false;
  #ended = false;
  #failure: Failure | undefined;
  /** What is known, until something more is. */
  #seen: Observation | undefined;
  /** A last event that could not be understood; it explains an end that is none. */
  #unreadable: string | undefined;

  constructor(options: PassingStreamOptions, hasContent: HasContent) {
    this.#options = options;
    this.#answer = new PassingAnswer(hasContent, { costField: options.costField });
    this.#framer = new EventFramer(options);
    this.#decoder = new SseDecoder(options);
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#meter = new StreamMeter(options.limits ?? DEFAULT_LIMITS);
  }

  get seen(): Observation {
    this.#seen ??= {
      content: this.#answer.content,
      ended: this.#ended,
      ...this.#answer.known,
      ...(this.#failure && { failure: this.#failure }),
    };
    return this.#seen;
  }

  push(bytes: Uint8Array): Uint8Array {
    if (this.#over) return NOTHING;
    this.#contentHere = false;
    try {
      const framed = this.#framer.push(bytes);
      const passed = framed === undefined ? NOTHING : this.#pass(framed);
      const excess = this.#over ? undefined : this.#meter.count(bytes.length, this.#contentHere);
      if (excess) this.#fail(excess);
      else if (framed?.error !== undefined && !this.#over) this.#fail(tooLarge(framed.error));
      return passed;
    } catch (error) {
      if (!(error instanceof SseError)) throw error;
      this.#fail(tooLarge(error));
      return NOTHING;
    }
  }

  end(): Uint8Array {
    if (this.#over) return NOTHING;
    this.#seen = undefined;
    const rest = this.#framer.rest();
    const last = this.#passRest(rest);
    if (this.#over) return last;
    if (!this.#answer.finished) {
      this.#fail(this.#flaw(rest));
      return last;
    }
    this.#ended = true;
    return joined([last, DONE_EVENT]);
  }

  get #over(): boolean {
    return this.#ended || this.#failure !== undefined;
  }

  #pass({ bytes, ends }: FramedEvents): Uint8Array {
    const pieces: Uint8Array[] = [];
    let start = 0;
    let passed = 0;
    for (const end of ends) {
      const verdict = this.#judge(ends.length === 1 ? bytes : bytes.subarray(start, end));
      if (verdict !== "pass") {
        if (start > passed) pieces.push(bytes.subarray(passed, start));
        if (verdict !== "drop") pieces.push(verdict);
        passed = end;
      }
      start = end;
      if (this.#over) break;
    }
    if (passed === 0 && start === bytes.length) return bytes;
    if (start > passed) pieces.push(bytes.subarray(passed, start));
    return joined(pieces);
  }

  #judge(event: Uint8Array): Verdict {
    if (this.#answer.content && this.#isOrdinary(this.#utf8.decode(event))) {
      this.#contentHere = true;
      return "pass";
    }
    this.#seen = undefined;
    return this.#readAll(this.#decoder.push(event));
  }

  /** Whether it is one more piece of the answer, in which nothing is of interest here. */
  #isOrdinary(event: string): boolean {
    if (this.#ordinary.includes(event)) return true;
    const isGood =
      HAS_CHOICE.test(event) && !REMARKABLE.test(event) && isOneValue(this.#parse(event.slice(DATA_FIELD)));
    if (isGood) this.#ordinary.learn(event);
    return isGood;
  }

  /** An event that the end of the stream left without its blank line. Half an event never passes. */
  #passRest(rest: Uint8Array): Uint8Array {
    const events = [...this.#decoder.push(rest), ...this.#decoder.end()];
    const isWhole = events.length > 0 && events.every(({ data }) => data.trim() === DONE || this.#parse(data).ok);
    if (!isWhole) {
      this.#unreadable ??= events.map(({ data }) => data).find((data) => !/^\s*[{[]/u.test(data));
      return NOTHING;
    }
    const verdict = this.#readAll(events);
    if (verdict === "drop") return NOTHING;
    if (verdict !== "pass") return verdict;
    return joined([rest, TEXT.encode(rest.at(-1) === 0x0a ? "\n" : "\n\n")]);
  }

  #readAll(events: readonly SseEvent[]): Verdict {
    // Framing gives one at a time; a comment gives none.
    const verdicts = events.map((event) => this.#read(event));
    return verdicts.find((verdict) => verdict !== "pass") ?? "pass";
  }

  #read({ event: name, data }: SseEvent): Verdict {
    const text = data.trim();
    // Sent as a sign of life; clients take every event for JSON, and every JSON for a chunk.
    if (text === "" || text === "null") return "drop";
    this.#events += 1;
    if (text === DONE) {
      this.#ended = true;
      return data === DONE ? "pass" : DONE_EVENT;
    }
    const parsed = this.#parse(text);
    if (name === "error") return this.#report(parsed.ok ? parsed.value : text);
    if (!parsed.ok) return this.#reject(text);
    const verdict = this.#readValue(parsed.value);
    return verdict === "pass" && parsed.trailing ? eventOf(parsed.value) : verdict;
  }

  #readValue(value: JsonValue): Verdict {
    if (findError(value)) return this.#report(value);
    if (isArray(value)) return this.#readMembers(value);
    return isObject(value) ? this.#readChunk(value) : this.#reject(JSON.stringify(value));
  }

  /** Chunks in an array, which only some clients read: each goes out as an event of its own. */
  #readMembers(members: readonly JsonValue[]): Verdict {
    const pieces: Uint8Array[] = [];
    for (const member of members) {
      const verdict = member === null ? "drop" : this.#readValue(member);
      if (verdict === "pass") pieces.push(eventOf(member));
      else if (verdict !== "drop") pieces.push(verdict);
      if (this.#over) break;
    }
    return joined(pieces);
  }

  #reject(text: string): Verdict {
    if (this.#options.unreadableChunk === "fail") this.#fail(unreadableEvent(text, this.#answer.content));
    return "drop";
  }

  #readChunk(chunk: JsonObject): Verdict {
    const read = this.#answer.read(chunk);
    if ("kind" in read) {
      this.#fail(read);
      return "drop";
    }
    if (read.content) this.#contentHere = true;
    const isUsageChunk = choicesOf(chunk).length === 0 && isObject(chunk["usage"]);
    if (isUsageChunk && !this.#options.wantsUsage) return "drop";
    const { error, ...rest } = chunk;
    // Clients take any object there for an error.
    return error === undefined || error === null ? "pass" : eventOf(rest);
  }

  #parse(text: string): Parsed {
    return parseJson(text, this.#limits.eventValueBytes);
  }

  #report(value: JsonValue): Verdict {
    this.#fail(classifyValue(value, { wallNowMs: this.#options.wallNowMs(), partial: this.#answer.content }));
    return "drop";
  }

  #fail(failure: Failure): void {
    if (this.#failure !== undefined) return;
    this.#seen = undefined;
    const { dress = (own: Failure) => own } = this.#options;
    this.#failure = dress(this.#answer.content ? { ...failure, partial: true } : failure);
  }

  /** Why a stream that has ended is no answer. */
  #flaw(rest: Uint8Array): Failure {
    if (this.#unreadable !== undefined) return unreadableEvent(this.#unreadable, this.#answer.content);
    if (this.#events > 0 || this.#decoder.unknownFields === 0) return truncatedStream(this.#answer.content);
    const text = this.#utf8.decode(rest).trimStart();
    if (text.startsWith("<")) return webPage(text);
    const parsed = this.#parse(text);
    const reported = parsed.ok ? reportedFailure(parsed.value, this.#options.wallNowMs) : undefined;
    return reported ?? notAnEventStream();
  }
}

function tooLarge(error: SseError): Failure {
  return failureOf("protocol", error.message, { code: "event_too_large" });
}

/** With nothing behind it. */
function isOneValue(parsed: Parsed): boolean {
  return parsed.ok && !parsed.trailing;
}

function eventOf(value: JsonValue): Uint8Array {
  return TEXT.encode(encodeSseEvent(JSON.stringify(value)));
}
