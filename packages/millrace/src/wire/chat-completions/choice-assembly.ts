import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { DeltaText } from "../assembly/delta-text.ts";
import { FieldSet, otherFields } from "../assembly/field-set.ts";
import { failureOfFinishReason, finishReasonOf, strongerReason } from "../assembly/finish-reasons.ts";
import type { ToolCallDelta } from "../assembly/open-call.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { ToolCallAssembler } from "../assembly/tool-calls.ts";
import { isObject, objectOf, objectsOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { choiceWarnings } from "../assembly/choice-warnings.ts";
import { readContent } from "./reply-content.ts";
import type { EventSink } from "../assembly/event-sink.ts";
import type { ReplyOptions } from "./reply-options.ts";
import { ThinkTagSplitter } from "./think-tags.ts";
import type { SplitPiece } from "./think-tags.ts";
import { readToolCall } from "./tool-call-wire.ts";
import type { WireChoice } from "./types.ts";

/** Reads one field of a delta. `whole`: it is a message that came at once. */
type Handler = (value: JsonValue, delta: JsonObject, whole: boolean) => void;

const CHOICE_FIELDS: ReadonlySet<string> = new Set([
  "index",
  "delta",
  "message",
  "text",
  "logprobs",
  "finish_reason",
  "finishReason",
  "usage",
]);

/**
 * One choice of a reply, put together from deltas or read from a whole message: a message is one
 * large delta. Everything it learns goes to the sink as events.
 */
export class ChoiceAssembly {
  readonly #index: number;
  readonly #options: ReplyOptions;
  readonly #sink: EventSink;
  readonly #text: DeltaText;
  readonly #reasoning: DeltaText;
  readonly #refusal: DeltaText;
  readonly #think: ThinkTagSplitter;
  readonly #calls: ToolCallAssembler;
  readonly #extra = new FieldSet({ arrays: "append", nested: "choice" });
  readonly #has = { text: false, reasoning: false, refusal: false, audio: false };
  #rawReason: string | null = null;
  #deltaSeen = false;
  /** A `message` that came in chunks without deltas: the whole answer so far. */
  #message: JsonObject | undefined;

  constructor(index: number, options: ReplyOptions, sink: EventSink) {
    const { rules, limits, makeId } = options;
    this.#index = index;
    this.#options = options;
    this.#sink = sink;
    this.#text = new DeltaText({ cumulative: rules.cumulativeDeltas });
    this.#reasoning = new DeltaText({ cumulative: rules.cumulativeDeltas });
    this.#refusal = new DeltaText({ cumulative: rules.cumulativeDeltas });
    this.#think = new ThinkTagSplitter(rules.thinkTags);
    const nameInPieces = rules.toolNameInPieces;
    this.#calls = new ToolCallAssembler({ choice: index, maxCalls: limits.toolCalls, nameInPieces, makeId });
  }

  /** Whether the server said why it ended. */
  get finished(): boolean {
    return this.#rawReason !== null;
  }

  /** Throws a {@link ReplyFault} when the choice broke off or breaks a limit. */
  addChunk(choice: WireChoice): void {
    const delta = objectOf(choice.delta) ?? {};
    this.#deltaSeen ||= Object.entries(delta).some(([field, value]) => field !== "role" && !isEmpty(value));
    if (!this.#deltaSeen) this.#message = objectOf(choice.message) ?? this.#message;
    this.#add(choice, delta, false);
  }

  addWhole(choice: WireChoice): void {
    const message = objectOf(choice.message) ?? objectOf(choice.delta);
    this.#add(choice, message ?? { content: choice["text"] }, true);
  }

  /** The reply ended properly: closes what is open and says why the choice ended. */
  conclude(): void {
    if (!this.#deltaSeen && this.#message) this.#addMessage(this.#message, true);
    this.#sink.emitAll(this.#endOfTexts());
    const said = finishReasonOf(this.#rawReason);
    const cut = said === "length" || said === "content_filter";
    const ends = this.#calls.finish(cut ? "cut" : "complete");
    this.#sink.emitAll(ends);
    const reason = this.#reasonFor(said);
    const facts = { choice: this.#index, said, ends, unclosed: this.#think.unclosed, ...this.#has };
    for (const warning of choiceWarnings(facts, this.#options)) this.#sink.emit({ type: "warning", warning });
    this.#sink.emit({ type: "choice-finish", choice: this.#index, reason, rawReason: this.#rawReason });
  }

  /** The reply failed: what else of the choice can be kept. Calls that may be unfinished cannot. */
  salvage(): StreamEvent[] {
    const whole = this.#calls.finish("cut").filter((event) => event.type !== "tool-call-end" || !event.call.problem);
    return [...this.#endOfTexts(), ...whole];
  }

  #add(choice: WireChoice, message: JsonObject, whole: boolean): void {
    this.#addExtra(otherFields(choice, CHOICE_FIELDS), message);
    const logprobs = objectOf(choice.logprobs);
    if (logprobs) this.#emitSized({ type: "logprobs", choice: this.#index, logprobs }, logprobs);
    this.#addMessage(message, whole);
    const raw = nonEmpty(choice.finish_reason) ?? nonEmpty(choice.finishReason);
    if (raw !== undefined) this.#finish(raw);
  }

  #addMessage(message: JsonObject, whole: boolean): void {
    for (const [field, handler] of Object.entries(this.#handlers)) {
      const value = message[field];
      if (value !== undefined && value !== null) handler(value, message, whole);
    }
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    role: () => undefined,
    usage: () => undefined,
    reasoning_content: (value) => this.#addReasoning(value),
    // Some servers send the same text under two names.
    reasoning: (value, delta) => isEmpty(delta["reasoning_content"]) && this.#addReasoning(value),
    reasoning_text: (value, delta) =>
      isEmpty(delta["reasoning_content"]) && isEmpty(delta["reasoning"]) && this.#addReasoning(value),
    reasoning_details: (value) => {
      for (const detail of objectsOf(value)) {
        this.#has.reasoning = true;
        this.#emitSized({ type: "reasoning-detail", choice: this.#index, detail }, detail);
      }
    },
    content: (value) => this.#addContent(value),
    refusal: (value) => {
      if (typeof value === "string") this.#emitText("refusal-delta", this.#measured(this.#refusal, value));
    },
    audio: (value) => {
      if (!isObject(value)) return;
      this.#has.audio = true;
      this.#emitSized({ type: "audio-delta", choice: this.#index, audio: value }, value);
    },
    tool_calls: (value, _delta, whole) => this.#addCalls(objectsOf(value).map(readToolCall), whole),
    function_call: (value) => isObject(value) && this.#addCalls([readToolCall({ function: value })], false),
    extra_content: (value, delta) => {
      // A signature may follow the call it belongs to, in a delta of its own.
      const follows = this.#calls.count > 0 && isEmpty(delta["content"]) && isEmpty(delta["tool_calls"]);
      if (follows) this.#addCalls([{ extra: { extra_content: value } }], false);
      else this.#emitExtra({ extra_content: value });
    },
  };

  #addContent(value: JsonValue): void {
    const { text, reasoning, others } = readContent(value);
    if (reasoning !== "") this.#addReasoning(reasoning);
    if (others.length > 0) this.#emitExtra({ content_parts: others });
    this.#emitPieces(this.#think.push(this.#measured(this.#text, text)));
  }

  #addReasoning(value: JsonValue): boolean {
    if (typeof value !== "string" || value === "") return false;
    this.#think.leaveText();
    this.#emitText("reasoning-delta", this.#measured(this.#reasoning, value));
    return true;
  }

  #addCalls(deltas: readonly ToolCallDelta[], whole: boolean): void {
    for (const [position, delta] of deltas.entries()) {
      const { id = "", name = "", arguments: text = "", extra } = delta;
      this.#sink.spend(`${id}${name}`);
      this.#sink.spend(text);
      if (extra) this.#sink.spendValue(extra);
      // In a whole message each entry is a call of its own, whatever it says about its index.
      this.#sink.emitAll(this.#calls.push([whole ? { ...delta, index: position } : delta]));
    }
  }

  #addExtra(ofChoice: JsonObject | undefined, message: JsonObject): void {
    const ofMessage = otherFields(message, this.#messageFields);
    if (ofChoice || ofMessage) this.#emitExtra({ ...ofMessage, ...(ofChoice && { choice: ofChoice }) });
  }

  readonly #messageFields: ReadonlySet<string> = new Set(Object.keys(this.#handlers));

  #emitExtra(fields: JsonObject): void {
    if (this.#extra.has(fields)) return;
    this.#extra.add(fields);
    this.#emitSized({ type: "metadata", choice: this.#index, fields }, fields);
  }

  #finish(raw: string): void {
    const failure = failureOfFinishReason(raw);
    if (failure) throw new ReplyFault(failure);
    this.#rawReason = strongerReason(this.#rawReason, raw);
    this.#sink.begin();
  }

  /** That tools were called is a fact about the content; servers' words for it are often wrong. */
  #reasonFor(said: FinishReason): FinishReason {
    const called = this.#calls.count > 0;
    if (called && (said === "stop" || said === "unknown")) return "tool_calls";
    return !called && said === "tool_calls" ? "stop" : said;
  }

  #endOfTexts(): StreamEvent[] {
    const events: StreamEvent[] = [];
    const pieces = [...this.#think.push(this.#text.end()), ...this.#think.end()];
    for (const { kind, text } of pieces) events.push(this.#textEvent(`${kind}-delta`, text));
    const reasoning = this.#reasoning.end();
    if (reasoning !== "") events.push(this.#textEvent("reasoning-delta", reasoning));
    const refusal = this.#refusal.end();
    if (refusal !== "") events.push(this.#textEvent("refusal-delta", refusal));
    return events;
  }

  #emitPieces(pieces: readonly SplitPiece[]): void {
    for (const { kind, text } of pieces) this.#emitText(`${kind}-delta`, text);
  }

  #emitText(type: TextEventType, text: string): void {
    if (text !== "") this.#sink.emit(this.#textEvent(type, text));
  }

  #textEvent(type: TextEventType, text: string): StreamEvent {
    if (type === "text-delta") this.#has.text = true;
    else if (type === "reasoning-delta") this.#has.reasoning = true;
    else this.#has.refusal = true;
    return { type, choice: this.#index, text };
  }

  #measured(track: DeltaText, text: string): string {
    const addition = track.push(text);
    this.#sink.spend(addition);
    return addition;
  }

  #emitSized(event: StreamEvent, content: JsonObject): void {
    this.#sink.spendValue(content);
    this.#sink.emit(event);
  }
}

type TextEventType = "text-delta" | "reasoning-delta" | "refusal-delta";

function nonEmpty(value: JsonField): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isEmpty(value: JsonField): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
