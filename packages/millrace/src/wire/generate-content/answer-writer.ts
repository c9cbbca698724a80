import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { handleEvent } from "../assembly/event-handlers.ts";
import type { EventHandlers } from "../assembly/event-handlers.ts";
import { booleanOf } from "../json/read.ts";
import type { AnswerEncoding } from "../translation/codec.ts";
import { CandidateWriter } from "./candidate-writer.ts";
import { camelFields, camelObject } from "./spelling.ts";
import { writeUsage } from "./usage.ts";

/** Turns the events of an answer into replies of the dialect: each holds what came since the last one. */
export class AnswerWriter {
  readonly #showsThoughts: boolean;
  readonly #candidates = new Map<number, CandidateWriter>();
  #id: string;
  #model: string;
  #usage: TokenUsage | undefined;
  #fields: JsonObject = {};
  #isLast = false;

  constructor(options: AnswerEncoding) {
    this.#showsThoughts = asksForThoughts(options.asked);
    this.#id = options.id;
    this.#model = options.model;
  }

  add(event: DecodedEvent): void {
    handleEvent(this.#handlers, event);
  }

  /** What came since this was last asked, as a reply; nothing where that is nothing a client would see. */
  take(): JsonObject | undefined {
    const isLast = this.#isLast;
    const candidates = [...this.#candidates].flatMap(([index, writer]) => writer.take(index, isLast));
    if (candidates.length === 0 && !isLast) return undefined;
    this.#isLast = false;
    return {
      candidates,
      ...this.#fields,
      ...(isLast && this.#usage && { usageMetadata: writeUsage(this.#usage) }),
      modelVersion: this.#model,
      responseId: this.#id,
    };
  }

  readonly #handlers: EventHandlers<void> = {
    start: ({ id, model }) => {
      if (id !== "") this.#id = id;
      if (model !== "") this.#model = model;
    },
    "text-delta": ({ choice, text }) => this.#candidate(choice).text(text),
    "refusal-delta": ({ choice, text }) => this.#candidate(choice).text(text),
    "reasoning-delta": ({ choice, text }) => {
      if (this.#showsThoughts) this.#candidate(choice).thought(text);
    },
    "reasoning-detail": ({ choice, detail }) => this.#candidate(choice).detail(detail),
    "audio-delta": ({ choice, audio }) => this.#candidate(choice).audio(audio),
    logprobs: ({ choice, logprobs }) => this.#candidate(choice).logprobs(logprobs),
    "tool-call-start": ({ choice, index }) => this.#candidate(choice).beginCall(index),
    "tool-call-delta": () => undefined,
    "tool-call-end": ({ choice, index, call }) => this.#candidate(choice).endCall(index, call),
    metadata: ({ choice, fields }) => {
      if (choice !== undefined) this.#candidate(choice).fields(fields);
      else if (fields["promptFeedback"] !== undefined) this.#fields = { promptFeedback: fields["promptFeedback"] };
    },
    usage: ({ usage }) => {
      this.#usage = usage;
    },
    warning: () => undefined,
    "choice-finish": ({ choice, reason, rawReason }) => this.#candidate(choice).finish(reason, rawReason),
    finish: ({ response }) => {
      this.#usage = response.usage ?? this.#usage;
      this.#isLast = true;
    },
    failure: () => undefined,
  };

  #candidate(index: number): CandidateWriter {
    let writer = this.#candidates.get(index);
    if (writer === undefined) this.#candidates.set(index, (writer = new CandidateWriter()));
    return writer;
  }
}

/** Thoughts are shown to those who ask for them only, as the service does: others would take them for the answer. */
function asksForThoughts(asked: JsonObject): boolean {
  const config = camelObject(camelFields(asked)["generationConfig"]);
  return booleanOf(camelObject(config?.["thinkingConfig"])?.["includeThoughts"]) ?? false;
}
