import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject } from "../../model/json.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { choiceWarnings } from "./choice-warnings.ts";
import type { EventSink } from "./event-sink.ts";
import type { ToolCallDelta } from "./open-call.ts";
import { ToolCallAssembler } from "./tool-calls.ts";

type TextEventType = "text-delta" | "reasoning-delta" | "refusal-delta";

/** Why a choice ended. */
export interface ChoiceEnd {
  readonly reason: FinishReason;
  /** The server's own word. */
  readonly raw: string;
  readonly stopSequence?: string | undefined;
}

/** One choice of an answer that is being put together. */
export class AnswerChoice {
  readonly #index: number;
  readonly #options: AnswerOptions;
  readonly #sink: EventSink;
  readonly #calls: ToolCallAssembler;
  readonly #has = { text: false, reasoning: false, refusal: false, audio: false };
  /** The events that ended calls so far. */
  readonly #ends: StreamEvent[] = [];
  #end: ChoiceEnd | undefined;

  constructor(index: number, options: AnswerOptions, sink: EventSink) {
    const { limits, makeId } = options;
    this.#index = index;
    this.#options = options;
    this.#sink = sink;
    this.#calls = new ToolCallAssembler({ choice: index, maxCalls: limits.toolCalls, nameInPieces: false, makeId });
  }

  /** Whether the server said why it ended. */
  get finished(): boolean {
    return this.#end !== undefined;
  }

  get callCount(): number {
    return this.#calls.count;
  }

  text(type: TextEventType, text: string): void {
    if (text === "") return;
    if (type === "text-delta") this.#has.text = true;
    else if (type === "reasoning-delta") this.#has.reasoning = true;
    else this.#has.refusal = true;
    this.#sink.spend(text);
    this.#sink.emit({ type, choice: this.#index, text });
  }

  value(event: StreamEvent, value: JsonObject): void {
    if (event.type === "reasoning-detail") this.#has.reasoning = true;
    if (event.type === "audio-delta") this.#has.audio = true;
    this.#sink.spendValue(value);
    this.#sink.emit(event);
  }

  call(delta: ToolCallDelta): void {
    const { id = "", name = "", arguments: text = "", extra } = delta;
    this.#sink.spend(`${id}${name}`);
    this.#sink.spend(text);
    if (extra) this.#sink.spendValue(extra);
    this.#tell(this.#calls.push([delta]));
  }

  endCall(index: number): void {
    this.#tell(this.#calls.end(index));
  }

  finish(end: ChoiceEnd): void {
    this.#end ??= end;
    this.#sink.begin();
  }

  /** The reply ended properly: closes what is open and says why the choice ended. */
  conclude(): void {
    const said = this.#end?.reason ?? "unknown";
    const cut = said === "length" || said === "content_filter";
    this.#tell(this.#calls.finish(cut ? "cut" : "complete"));
    const facts = { choice: this.#index, said, ends: this.#ends, unclosed: false, ...this.#has };
    for (const warning of choiceWarnings(facts, this.#options)) this.#sink.emit({ type: "warning", warning });
    const stopSequence = this.#end?.stopSequence;
    this.#sink.emit({
      type: "choice-finish",
      choice: this.#index,
      reason: this.#reasonFor(said),
      rawReason: this.#end?.raw ?? null,
      ...(stopSequence !== undefined && { stopSequence }),
    });
  }

  /** The reply failed: the calls that are whole can be kept. */
  salvage(): StreamEvent[] {
    return this.#calls.finish("cut").filter((event) => event.type !== "tool-call-end" || !event.call.problem);
  }

  #tell(events: readonly StreamEvent[]): void {
    this.#ends.push(...events.filter(({ type }) => type === "tool-call-end"));
    this.#sink.emitAll(events);
  }

  /** That tools were called is a fact about the content; servers' words for it are often wrong. */
  #reasonFor(said: FinishReason): FinishReason {
    const called = this.#calls.count > 0;
    if (called && (said === "stop" || said === "unknown")) return "tool_calls";
    return !called && said === "tool_calls" ? "stop" : said;
  }
}
