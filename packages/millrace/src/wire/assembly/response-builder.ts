import type { FinishReason } from "../../model/finish-reason.ts";
import type { Choice, InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { Warning } from "../../model/warning.ts";
import { handleEvent } from "./event-handlers.ts";
import type { EventHandlers } from "./event-handlers.ts";
import { FieldSet } from "./field-set.ts";
import { GrowingObject } from "./growing-object.ts";
import { ReasoningDetails } from "./reasoning-details.ts";

type ChoiceFinish = Extract<StreamEvent, { type: "choice-finish" }>;

/**
 * Adds up the events of a stream to one answer. `build` may be asked at any time: midway it gives
 * what has arrived, with those tool calls that have ended.
 */
export class ResponseBuilder {
  #id = "";
  #model = "";
  #created: number | undefined;
  #usage: TokenUsage | undefined;
  readonly #warnings: Warning[] = [];
  readonly #extra = new FieldSet({ arrays: "replace" });
  readonly #choices = new Map<number, ChoiceBuilder>();

  apply(event: StreamEvent): void {
    handleEvent(this.#handlers, event);
  }

  build(): InferenceResponse {
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([index, choice]) => choice.build(index));
    const extra = this.#extra.toObject();
    return {
      id: this.#id,
      model: this.#model,
      ...(this.#created !== undefined && { created: this.#created }),
      text: choices[0]?.text ?? "",
      toolCalls: choices[0]?.toolCalls ?? [],
      finishReason: choices[0]?.finishReason ?? "unknown",
      choices,
      ...(this.#usage && { usage: this.#usage }),
      warnings: [...this.#warnings],
      ...(extra && { extra }),
    };
  }

  readonly #handlers: EventHandlers<void, StreamEvent> = {
    start: ({ id, model, created }) => {
      this.#id = id;
      this.#model = model;
      this.#created = created;
    },
    "text-delta": ({ choice, text }) => this.#choice(choice).addText(text),
    "reasoning-delta": ({ choice, text }) => this.#choice(choice).addReasoning(text),
    "reasoning-detail": ({ choice, detail }) => this.#choice(choice).details.add(detail),
    "refusal-delta": ({ choice, text }) => this.#choice(choice).addRefusal(text),
    "audio-delta": ({ choice, audio }) => this.#choice(choice).audio.add(audio),
    logprobs: ({ choice, logprobs }) => this.#choice(choice).logprobs.add(logprobs),
    "tool-call-start": ({ choice }) => void this.#choice(choice),
    "tool-call-delta": ({ choice }) => void this.#choice(choice),
    "tool-call-end": ({ choice, index, call }) => void this.#choice(choice).calls.set(index, call),
    metadata: ({ choice, fields }) => {
      const extra = choice === undefined ? this.#extra : this.#choice(choice).extra;
      extra.add(fields);
    },
    usage: ({ usage }) => {
      this.#usage = usage;
    },
    warning: ({ warning }) => void this.#warnings.push(warning),
    "choice-finish": (event) => this.#choice(event.choice).finish(event),
    finish: () => undefined,
  };

  #choice(index: number): ChoiceBuilder {
    let choice = this.#choices.get(index);
    if (choice === undefined) this.#choices.set(index, (choice = new ChoiceBuilder()));
    return choice;
  }
}

class ChoiceBuilder {
  readonly calls = new Map<number, ToolCall>();
  readonly details = new ReasoningDetails();
  readonly extra = new FieldSet({ arrays: "append", nested: "choice" });
  readonly logprobs = new FieldSet({ arrays: "append" });
  readonly audio = new GrowingObject(["data", "transcript"]);
  #text = "";
  #reasoning: string | undefined;
  #refusal: string | undefined;
  #finishReason: FinishReason = "unknown";
  #rawFinishReason: string | null = null;
  #stopSequence: string | undefined;

  addText(text: string): void {
    this.#text += text;
  }

  addReasoning(text: string): void {
    this.#reasoning = (this.#reasoning ?? "") + text;
  }

  addRefusal(text: string): void {
    this.#refusal = (this.#refusal ?? "") + text;
  }

  finish({ reason, rawReason, stopSequence }: ChoiceFinish): void {
    this.#finishReason = reason;
    this.#rawFinishReason = rawReason;
    this.#stopSequence = stopSequence;
  }

  build(index: number): Choice {
    const details = this.details.toArray();
    const logprobs = this.logprobs.toObject();
    const audio = this.audio.toObject();
    const extra = this.extra.toObject();
    return {
      index,
      text: this.#text,
      toolCalls: [...this.calls].sort(([a], [b]) => a - b).map(([, call]) => call),
      finishReason: this.#finishReason,
      rawFinishReason: this.#rawFinishReason,
      ...(this.#stopSequence !== undefined && { stopSequence: this.#stopSequence }),
      ...(this.#reasoning !== undefined && { reasoning: this.#reasoning }),
      ...(details.length > 0 && { reasoningDetails: details }),
      ...(this.#refusal !== undefined && { refusal: this.#refusal }),
      ...(logprobs && { logprobs }),
      ...(audio && { audio }),
      ...(extra && { extra }),
    };
  }
}
