import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { handleEvent } from "../assembly/event-handlers.ts";
import type { EventHandlers } from "../assembly/event-handlers.ts";
import { FieldSet } from "../assembly/field-set.ts";
import { encodeSseComment, encodeSseEvent } from "../sse/encode.ts";
import { splitExtra, wireFinishReason, wireUsage } from "./answer-wire.ts";
import { ChoiceOutput } from "./choice-output.ts";
import { encodeChatErrorEvent } from "./error.ts";
import { writeCallParts } from "./tool-call-wire.ts";

export interface ChatStreamEncoderOptions {
  /** Whether the client asked for the usage chunk. */
  readonly includeUsage: boolean;
  /** What stands in every chunk; the reply's own `start` goes before it, where it says something. */
  readonly id: string;
  readonly model: string;
  readonly createdSec: number;
}

/**
 * Writes events as a stream in the dialect's canonical form, whatever the upstream's form was: one id,
 * creation time and model; the role first; tool calls with contiguous indexes, their id and type
 * once; one finish chunk with an empty delta for each choice; the usage chunk only if asked for; then
 * `[DONE]`. A failure is an error event, and nothing follows it.
 */
export class ChatStreamEncoder {
  readonly #includeUsage: boolean;
  readonly #choices = new Map<number, ChoiceOutput>();
  #head: { readonly id: string; readonly object: string; readonly created: number; readonly model: string };
  /** Fields of the whole reply, which ride on the next chunk. */
  #extra = new FieldSet({ arrays: "replace" });
  #usage: TokenUsage | undefined;
  #ended = false;

  constructor({ includeUsage, id, createdSec, model }: ChatStreamEncoderOptions) {
    this.#includeUsage = includeUsage;
    this.#head = { id, object: "chat.completion.chunk", created: createdSec, model };
  }

  /** The events as text; `""` where they say nothing yet. After the end nothing more is written. */
  encode(events: readonly DecodedEvent[]): string {
    let text = "";
    for (const event of events) {
      if (this.#ended) break;
      text += handleEvent(this.#handlers, event);
    }
    return text;
  }

  /** A comment that shows a waiting client, and any proxy on the way, that the stream is alive. */
  keepAlive(): string {
    return encodeSseComment("keep-alive");
  }

  readonly #handlers: EventHandlers<string> = {
    start: ({ id, model, created }) => {
      const head = this.#head;
      this.#head = { ...head, id: id || head.id, created: created ?? head.created, model: model || head.model };
      return "";
    },
    "text-delta": ({ choice, text }) => this.#delta(choice, { content: text }),
    "reasoning-delta": ({ choice, text }) => this.#delta(choice, { reasoning_content: text }),
    "reasoning-detail": ({ choice, detail }) => this.#delta(choice, { reasoning_details: [detail] }),
    "refusal-delta": ({ choice, text }) => this.#delta(choice, { refusal: text }),
    "audio-delta": ({ choice, audio }) => this.#delta(choice, { audio }),
    logprobs: ({ choice, logprobs }) => this.#hold(choice, { logprobs }, {}),
    "tool-call-start": ({ choice, index, id, name, kind, extra = {} }) => {
      this.#choice(choice).beginCall(index, { kind, extra });
      const body = { name, [textField(kind)]: "" };
      return this.#delta(choice, { tool_calls: [writeCallParts({ index, id, type: kind }, kind, body, extra)] });
    },
    "tool-call-delta": ({ choice, index, text }) => {
      const kind = this.#choice(choice).kindOfCall(index);
      return this.#delta(choice, { tool_calls: [writeCallParts({ index }, kind, { [textField(kind)]: text }, {})] });
    },
    "tool-call-end": ({ choice, index, call }) => {
      const late = this.#choice(choice).lateFields(index, call.extra);
      return late ? this.#delta(choice, { tool_calls: [writeCallParts({ index }, call.type, {}, late)] }) : "";
    },
    metadata: ({ choice, fields }) => {
      const { message, choice: around } = splitExtra(fields);
      if (choice !== undefined) return this.#hold(choice, around, message);
      const { obfuscation: _padding, ...extra } = fields;
      this.#extra.add(extra);
      return "";
    },
    usage: ({ usage }) => {
      this.#usage = usage;
      return "";
    },
    warning: () => "",
    "choice-finish": ({ choice, reason }) => this.#finish(choice, reason),
    finish: () => this.#end(encodeSseEvent("[DONE]")),
    failure: ({ failure }) => this.#end(encodeChatErrorEvent(failure)),
  };

  #delta(index: number, delta: JsonObject): string {
    const choice = this.#choice(index);
    const role = this.#role(index, choice);
    const held = choice.takeHeld();
    return role + this.#chunk([{ ...held.choice, index, delta: { ...held.delta, ...delta }, finish_reason: null }]);
  }

  #finish(index: number, reason: FinishReason): string {
    const choice = this.#choice(index);
    // What is held of the message has no place in the finish chunk, whose delta is empty.
    const before = choice.holdsDelta ? this.#delta(index, {}) : this.#role(index, choice);
    const held = choice.takeHeld();
    return before + this.#chunk([{ ...held.choice, index, delta: {}, finish_reason: wireFinishReason(reason) }]);
  }

  /** The chunk that opens a choice, the first time. */
  #role(index: number, choice: ChoiceOutput): string {
    if (choice.begun) return "";
    choice.begun = true;
    return this.#chunk([{ index, delta: { role: "assistant", content: "" }, finish_reason: null }]);
  }

  /** Keeps fields for the choice's next chunk, so that they stand beside what they came with. */
  #hold(index: number, around: JsonObject, delta: JsonObject): string {
    const choice = this.#choice(index);
    const fields = { choice: around, delta };
    const full = choice.collides(fields) ? this.#delta(index, {}) : "";
    choice.hold(fields);
    return full;
  }

  #end(last: string): string {
    this.#ended = true;
    let text = "";
    for (const [index, choice] of this.#choices) if (choice.holdsAnything) text += this.#delta(index, {});
    if (this.#includeUsage && this.#usage !== undefined) text += this.#chunk([], { usage: wireUsage(this.#usage) });
    if (this.#extra.toObject() !== undefined) text += this.#chunk([]);
    return text + last;
  }

  #chunk(choices: readonly JsonObject[], more: JsonObject = {}): string {
    const extra = this.#extra.toObject();
    if (extra) this.#extra = new FieldSet({ arrays: "replace" });
    return encodeSseEvent(JSON.stringify({ ...extra, ...this.#head, choices, ...more }));
  }

  #choice(index: number): ChoiceOutput {
    let choice = this.#choices.get(index);
    if (choice === undefined) this.#choices.set(index, (choice = new ChoiceOutput()));
    return choice;
  }
}

/** Where the text of a call's arguments stands. */
function textField(kind: ToolCall["type"]): string {
  return kind === "custom" ? "input" : "arguments";
}
