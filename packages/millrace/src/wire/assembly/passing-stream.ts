import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { Observation, StreamObserver } from "../../model/observation.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { findError } from "../failure/account.ts";
import { classifyValue } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
import { parseJson } from "../json/parse.ts";
import { isArray, isObject } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { SseDecoder } from "../sse/decoder.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import { SseError } from "../sse/event.ts";
import type { SseEvent } from "../sse/event.ts";
import { EventFramer } from "./event-framer.ts";
import type { FramedEvents } from "./event-framer.ts";
import { failureOfFinishReason, strongerReason } from "./finish-reasons.ts";
import { notAnEventStream, truncatedStream, unreadableEvent, webPage } from "./stream-failures.ts";
import { UsageReader } from "./usage.ts";

export interface PassingStreamOptions {
  /** Whether the client asked for the usage chunk. Where it did not, that chunk is held back. */
  readonly wantsUsage: boolean;
  readonly maxEventBytes: number;
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** The field of a usage object that holds a cost in dollars, where there is one. */
  readonly costField?: string;
}

/** Whether a choice of a chunk holds content, in one dialect. */
export type HasContent = (choice: JsonObject) => boolean;

/** What becomes of an event: it passes, it is held back, or it passes as the last one. */
type Verdict = "pass" | "drop" | "last";

/** An ordinary chunk has a choice … */
const HAS_CHOICE = /"choices"\s*:\s*\[\s*\{/u;
/**
 * … and none of these: an error, counts, a finish, a choice or call other than the first, or a second
 * line. Only what is not ordinary is parsed.
 */
const REMARKABLE =
  /"error|"(?:base_resp|success|timings)"|"usage"\s*:\s*[^n\s]|"finish_?[rR]eason"\s*:\s*"[^"]|"index"\s*:\s*[1-9]|[\r\n]./u;

const NOTHING = new Uint8Array(0);
const DONE = "[DONE]";
const TEXT = new TextEncoder();

/**
 * Watches a stream of an OpenAI dialect pass, byte for byte: gives whole events only, keeps usage,
 * finish and errors, and gives neither an error event nor anything behind the end.
 */
export class PassingStream implements StreamObserver {
  readonly #options: PassingStreamOptions;
  readonly #hasContent: HasContent;
  readonly #framer: EventFramer;
  readonly #decoder: SseDecoder;
  readonly #utf8 = new TextDecoder();
  readonly #usageReader: UsageReader;
  readonly #unfinished = new Set<number>();
  readonly #finished = new Set<number>();
  #events = 0;
  #content = false;
  #ended = false;
  #model: string | undefined;
  #usage: TokenUsage | undefined;
  #rawFinishReason: string | null = null;
  #failure: Failure | undefined;
  /** The first event that could not be understood; it explains an end that is none. */
  #unreadable: string | undefined;

  constructor(options: PassingStreamOptions, hasContent: HasContent) {
    this.#options = options;
    this.#hasContent = hasContent;
    this.#framer = new EventFramer(options);
    this.#decoder = new SseDecoder(options);
    this.#usageReader = new UsageReader({ costField: options.costField });
  }

  get seen(): Observation {
    return {
      content: this.#content,
      ended: this.#ended,
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#rawFinishReason !== null && { rawFinishReason: this.#rawFinishReason }),
      ...(this.#failure && { failure: this.#failure }),
    };
  }

  push(bytes: Uint8Array): Uint8Array {
    if (this.#over) return NOTHING;
    try {
      const framed = this.#framer.push(bytes);
      return framed === undefined ? NOTHING : this.#pass(framed);
    } catch (error) {
      if (!(error instanceof SseError)) throw error;
      this.#fail(failureOf("protocol", error.message, { code: "event_too_large" }));
      return NOTHING;
    }
  }

  end(): Uint8Array {
    if (this.#over) return NOTHING;
    const rest = this.#framer.rest();
    const last = this.#passRest(rest);
    if (this.#over) return last;
    if (this.#finished.size === 0 || this.#unfinished.size > 0) {
      this.#fail(this.#flaw(rest));
      return last;
    }
    this.#ended = true;
    return joined([last, TEXT.encode(encodeSseEvent(DONE))]);
  }

  get #over(): boolean {
    return this.#ended || this.#failure !== undefined;
  }

  #pass({ bytes, ends }: FramedEvents): Uint8Array {
    const pieces: Uint8Array[] = [];
    let start = 0;
    let passed = 0;
    for (const end of ends) {
      const verdict = this.#judge(bytes.subarray(start, end));
      if (verdict === "drop") {
        if (start > passed) pieces.push(bytes.subarray(passed, start));
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
    if (this.#content) {
      const text = this.#utf8.decode(event);
      if (HAS_CHOICE.test(text) && !REMARKABLE.test(text)) return "pass";
    }
    return this.#readAll(this.#decoder.push(event));
  }

  /** An event that the end of the stream left without its blank line. Half an event never passes. */
  #passRest(rest: Uint8Array): Uint8Array {
    const events = [...this.#decoder.push(rest), ...this.#decoder.end()];
    const isWhole = events.length > 0 && events.every(({ data }) => data.trim() === DONE || parseJson(data).ok);
    if (!isWhole) {
      this.#unreadable ??= events.map(({ data }) => data).find((data) => !/^\s*[{[]/u.test(data));
      return NOTHING;
    }
    if (this.#readAll(events) === "drop") return NOTHING;
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
      return "last";
    }
    const parsed = parseJson(text);
    if (name === "error") return this.#report(parsed.ok ? parsed.value : text);
    if (parsed.ok) return this.#readValue(parsed.value);
    this.#unreadable ??= text;
    return "pass";
  }

  #readValue(value: JsonValue): Verdict {
    if (findError(value)) return this.#report(value);
    if (isArray(value)) {
      const verdicts = value.map((member) => this.#readValue(member));
      return verdicts.find((verdict) => verdict !== "pass") ?? "pass";
    }
    return isObject(value) ? this.#readChunk(value) : "pass";
  }

  #readChunk(chunk: JsonObject): Verdict {
    if (this.#model === undefined && typeof chunk["model"] === "string" && chunk["model"] !== "") {
      this.#model = chunk["model"];
    }
    const usage = this.#usageReader.read(chunk);
    if (usage) this.#usage = usage;
    const choices = isArray(chunk["choices"]) ? chunk["choices"].filter(isObject) : [];
    for (const choice of choices) this.#readChoice(choice);
    if (this.#failure) return "drop";
    const isUsageChunk = choices.length === 0 && isObject(chunk["usage"]);
    return isUsageChunk && !this.#options.wantsUsage ? "drop" : "pass";
  }

  #readChoice(choice: JsonObject): void {
    const index = typeof choice["index"] === "number" ? choice["index"] : 0;
    if (!this.#finished.has(index)) this.#unfinished.add(index);
    if (this.#unfinished.size + this.#finished.size > DEFAULT_LIMITS.choices) {
      this.#fail(failureOf("protocol", `The model server sent more than ${DEFAULT_LIMITS.choices} choices`));
    }
    this.#content ||= this.#hasContent(choice);
    const raw = finishWord(choice["finish_reason"]) ?? finishWord(choice["finishReason"]);
    if (raw !== undefined) this.#finish(index, raw);
  }

  #finish(index: number, raw: string): void {
    const failure = failureOfFinishReason(raw);
    if (failure) {
      this.#fail(failure);
      return;
    }
    this.#content = true;
    this.#unfinished.delete(index);
    this.#finished.add(index);
    if (index === 0) this.#rawFinishReason = strongerReason(this.#rawFinishReason, raw);
  }

  #report(value: JsonValue): Verdict {
    this.#fail(classifyValue(value, { wallNowMs: this.#options.wallNowMs(), partial: this.#content }));
    return "drop";
  }

  #fail(failure: Failure): void {
    this.#failure ??= this.#content ? { ...failure, partial: true } : failure;
  }

  /** Why a stream that has ended is no answer. */
  #flaw(rest: Uint8Array): Failure {
    if (this.#unreadable !== undefined) return unreadableEvent(this.#unreadable, this.#content);
    if (this.#events > 0 || this.#decoder.unknownFields === 0) return truncatedStream(this.#content);
    const text = this.#utf8.decode(rest).trimStart();
    if (text.startsWith("<")) return webPage(text);
    const parsed = parseJson(text);
    const isError = parsed.ok && findError(parsed.value) !== undefined;
    return isError
      ? classifyValue(parsed.value, { wallNowMs: this.#options.wallNowMs(), partial: false })
      : notAnEventStream();
  }
}

function finishWord(value: JsonField): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const filled = pieces.filter((piece) => piece.length > 0);
  const [only] = filled;
  if (only === undefined) return NOTHING;
  if (filled.length === 1) return only;
  const whole = new Uint8Array(filled.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of filled) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
