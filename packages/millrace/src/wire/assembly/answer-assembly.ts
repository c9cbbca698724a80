import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { Warning } from "../../model/warning.ts";
import { failureOf } from "../failure/kinds.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { AnswerChoice } from "./answer-choice.ts";
import type { ChoiceEnd } from "./answer-choice.ts";
import { EventSink } from "./event-sink.ts";
import { modelMismatch } from "./model-mismatch.ts";
import type { ToolCallDelta } from "./open-call.ts";
import { ReplyFault } from "./reply-fault.ts";

/**
 * An answer that is being put together, in no dialect's words: a dialect's reader says what came, and events come out.
 * All of it is counted against the limits, and nothing goes out before there is content. Throws a `ReplyFault`.
 */
export class AnswerAssembly {
  readonly #options: AnswerOptions;
  readonly #sink: EventSink;
  readonly #choices = new Map<number, AnswerChoice>();
  #id = "";
  #model = "";
  #created: number | undefined;
  #usage: TokenUsage | undefined;
  #skipped = 0;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#sink = new EventSink(options.limits, () => this.#start());
  }

  /** Whether there was text, reasoning, a refusal, a tool call, audio or a finish. */
  get contentSeen(): boolean {
    return this.#sink.begun;
  }

  /** Whether every choice that began said why it ended. */
  get finished(): boolean {
    return this.#choices.size > 0 && [...this.#choices.values()].every((choice) => choice.finished);
  }

  /** How many tool calls a choice has made so far. */
  callCount(choice = 0): number {
    return this.#choices.get(choice)?.callCount ?? 0;
  }

  /** What the reply says of itself; the first of each counts. `created` is in seconds since the epoch. */
  about({ id, model, created }: { readonly id?: string; readonly model?: string; readonly created?: number }): void {
    if (this.#id === "") this.#id = id ?? "";
    if (this.#model === "") this.#model = model ?? "";
    this.#created ??= created;
  }

  text(text: string, choice = 0): void {
    this.#choice(choice).text("text-delta", text);
  }

  reasoning(text: string, choice = 0): void {
    this.#choice(choice).text("reasoning-delta", text);
  }

  refusal(text: string, choice = 0): void {
    this.#choice(choice).text("refusal-delta", text);
  }

  /** An opaque block of reasoning, whole. */
  reasoningDetail(detail: JsonObject, choice = 0): void {
    this.#choice(choice).value({ type: "reasoning-detail", choice, detail }, detail);
  }

  /** In the form of chat completions: `{"content": [{"token", "logprob", "bytes", "top_logprobs"}]}`. */
  logprobs(logprobs: JsonObject, choice = 0): void {
    this.#choice(choice).value({ type: "logprobs", choice, logprobs }, logprobs);
  }

  /** In the form of chat completions: `{"data", "transcript"}`. */
  audio(audio: JsonObject, choice = 0): void {
    this.#choice(choice).value({ type: "audio-delta", choice, audio }, audio);
  }

  /** What one piece says of a tool call. Pieces of one call share an index or an id. */
  toolCall(delta: ToolCallDelta, choice = 0): void {
    this.#choice(choice).call(delta);
  }

  /** The call at this index is whole: its end can go out now, unless its arguments look cut. */
  endToolCall(index: number, choice = 0): void {
    this.#choices.get(choice)?.endCall(index);
  }

  /** Fields of a choice without a name here, such as `{"annotations": [{"type": "url_citation", …}]}`. */
  choiceFields(fields: JsonObject, choice = 0): void {
    this.#choice(choice).value({ type: "metadata", choice, fields }, fields);
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
    this.#skipped += 1;
  }

  /** The server said why a choice ends. The first word counts. */
  finish(end: ChoiceEnd, choice = 0): void {
    this.#choice(choice).finish(end);
  }

  /** The reply ended properly. */
  conclude(): InferenceResponse {
    if (this.#choices.size === 0) this.#choice(0);
    this.#warnAboutReply();
    for (const choice of this.#inOrder()) choice.conclude();
    return this.#sink.finish();
  }

  /** The reply failed: what had arrived, or nothing where that is neither content nor usage. */
  partial(): InferenceResponse | undefined {
    if (!this.contentSeen && this.#usage === undefined) return undefined;
    return this.#sink.salvage(this.#inOrder().flatMap((choice) => choice.salvage()));
  }

  /** The events that may go out since this was last asked. */
  take(): StreamEvent[] {
    return this.#sink.take();
  }

  #choice(index: number): AnswerChoice {
    const known = this.#choices.get(index);
    if (known) return known;
    const { choices } = this.#options.limits;
    if (this.#choices.size >= choices) {
      const message = `The model server sent more than ${choices} choices in one answer; reading stopped`;
      throw new ReplyFault(failureOf("protocol", message));
    }
    const begun = new AnswerChoice(index, this.#options, this.#sink);
    this.#choices.set(index, begun);
    return begun;
  }

  #inOrder(): AnswerChoice[] {
    return [...this.#choices].sort(([a], [b]) => a - b).map(([, choice]) => choice);
  }

  #start(): StreamEvent {
    if (this.#id === "") this.#id = this.#options.makeId();
    const model = this.#model === "" ? this.#options.requestedModel : this.#model;
    return { type: "start", id: this.#id, model, ...(this.#created !== undefined && { created: this.#created }) };
  }

  #warnAboutReply(): void {
    const mismatch = modelMismatch(this.#options.requestedModel, this.#model);
    if (mismatch) this.warn("model-mismatch", mismatch);
    if (this.#skipped === 0) return;
    this.warn("skipped-chunk", `${this.#skipped} unreadable chunk${this.#skipped === 1 ? " was" : "s were"} left out`);
  }
}
