import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { Warning } from "../../model/warning.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { AnswerChoice } from "./answer-choice.ts";
import type { ChoiceEnd } from "./answer-choice.ts";
import { ChoiceList } from "./choice-list.ts";
import { EventSink } from "./event-sink.ts";
import type { ToolCallDelta } from "./open-call.ts";
import { ReplyHead } from "./reply-head.ts";
import type { ReplyAbout } from "./reply-head.ts";

/**
 * An answer that is being put together, in no dialect's words: a dialect's reader says what came, and events come out.
 * All of it is counted against the limits, and nothing goes out before there is content. Throws a `ReplyFault`.
 */
export class AnswerAssembly {
  readonly #head: ReplyHead;
  readonly #sink: EventSink;
  readonly #choices: ChoiceList<AnswerChoice>;
  #usage: TokenUsage | undefined;

  constructor(options: AnswerOptions) {
    this.#head = new ReplyHead(options);
    this.#sink = new EventSink(options.limits, () => this.#head.start());
    this.#choices = new ChoiceList(options.limits.choices, (index) => new AnswerChoice(index, options, this.#sink));
  }

  /** Whether there was text, reasoning, a refusal, a tool call, audio or a finish. */
  get contentSeen(): boolean {
    return this.#sink.begun;
  }

  /** Whether every choice that began said why it ended. */
  get finished(): boolean {
    return this.#choices.finished;
  }

  /** How many tool calls a choice has made so far. */
  callCount(choice = 0): number {
    return this.#choices.get(choice)?.callCount ?? 0;
  }

  /** What the reply says of itself; the first of each counts. */
  about(about: ReplyAbout): void {
    this.#head.add(about);
  }

  text(text: string, choice = 0): void {
    this.#choices.at(choice).text("text-delta", text);
  }

  reasoning(text: string, choice = 0): void {
    this.#choices.at(choice).text("reasoning-delta", text);
  }

  refusal(text: string, choice = 0): void {
    this.#choices.at(choice).text("refusal-delta", text);
  }

  /** An opaque block of reasoning, whole. */
  reasoningDetail(detail: JsonObject, choice = 0): void {
    this.#choices.at(choice).value({ type: "reasoning-detail", choice, detail }, detail);
  }

  /** In the form of chat completions: `{"content": [{"token", "logprob", "bytes", "top_logprobs"}]}`. */
  logprobs(logprobs: JsonObject, choice = 0): void {
    this.#choices.at(choice).value({ type: "logprobs", choice, logprobs }, logprobs);
  }

  /** In the form of chat completions: `{"data", "transcript"}`. */
  audio(audio: JsonObject, choice = 0): void {
    this.#choices.at(choice).value({ type: "audio-delta", choice, audio }, audio);
  }

  /** What one piece says of a tool call. Pieces of one call share an index or an id. */
  toolCall(delta: ToolCallDelta, choice = 0): void {
    this.#choices.at(choice).call(delta);
  }

  /** The call at this index is whole: its end can go out now, unless its arguments look cut. */
  endToolCall(index: number, choice = 0): void {
    this.#choices.get(choice)?.endCall(index);
  }

  /** Fields of a choice without a name here, such as `{"annotations": [{"type": "url_citation", …}]}`. */
  choiceFields(fields: JsonObject, choice = 0): void {
    this.#choices.at(choice).value({ type: "metadata", choice, fields }, fields);
  }

  /** Fields of the whole reply without a name here. */
  fields(fields: JsonObject): void {
    this.#sink.spendValue(fields);
    this.#sink.emit({ type: "metadata", fields });
  }

  /** Token counts; the last ones count. */
  usage(usage: TokenUsage): void {
    this.#usage = usage;
    this.#sink.emit({ type: "usage", usage });
  }

  warn(code: Warning["code"], message: string): void {
    this.#sink.emit({ type: "warning", warning: { code, message } });
  }

  skipChunk(): void {
    this.#head.skipChunk();
  }

  /** The server said why a choice ends. The first word counts. */
  finish(end: ChoiceEnd, choice = 0): void {
    this.#choices.at(choice).finish(end);
  }

  /** The reply ended properly. */
  conclude(): InferenceResponse {
    if (this.#choices.isEmpty) this.#choices.at(0);
    for (const warning of this.#head.warnings()) this.#sink.emit({ type: "warning", warning });
    for (const choice of this.#choices.inOrder()) choice.conclude();
    return this.#sink.finish();
  }

  /** The reply failed: what had arrived, or nothing where that is neither content nor usage. */
  partial(): InferenceResponse | undefined {
    if (!this.contentSeen && this.#usage === undefined) return undefined;
    return this.#sink.salvage(this.#choices.inOrder().flatMap((choice) => choice.salvage()));
  }

  /** The events that may go out since this was last asked. */
  take(): StreamEvent[] {
    return this.#sink.take();
  }
}
