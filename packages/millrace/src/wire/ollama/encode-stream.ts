import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonField } from "../json/read.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { handleEvent } from "../assembly/event-handlers.ts";
import type { EventHandlers } from "../assembly/event-handlers.ts";
import type { AnswerEncoding, StreamEncoder } from "../translation/codec.ts";
import { arrayOf } from "../json/read.ts";
import { callPiece, doneReason, timeText } from "./answer-form.ts";
import type { AnswerForm, Piece } from "./answer-form.ts";
import { encodeErrorEvent } from "./error.ts";
import { writeMetrics } from "./metrics.ts";

/**
 * Writes events as JSON lines: one for each piece of the answer, each call whole and in its turn, and a last one that
 * says why it ended and how much it was. A failure is a line with an error, and nothing follows it.
 */
export class OllamaStreamEncoder implements StreamEncoder {
  readonly #form: AnswerForm;
  readonly #options: AnswerEncoding;
  /** What every line begins with. */
  #head: string;
  #reason: FinishReason = "unknown";
  #usage: TokenUsage | undefined;
  #timings: JsonField;
  /** Calls that have ended before an earlier one has. */
  readonly #calls = new Map<number, ToolCall>();
  #nextCall = 0;
  #logprobs: JsonValue[] = [];
  #ended = false;

  constructor(options: AnswerEncoding, form: AnswerForm) {
    this.#options = options;
    this.#form = form;
    this.#head = headOf(options.model, options.createdSec);
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

  readonly #handlers: EventHandlers<string> = {
    start: ({ model, created }) => {
      this.#head = headOf(model || this.#options.model, created ?? this.#options.createdSec);
      return "";
    },
    "text-delta": ({ choice, text }) => this.#piece(choice, { text }),
    "refusal-delta": ({ choice, text }) => this.#piece(choice, { text }),
    "reasoning-delta": ({ choice, text }) => this.#piece(choice, { thinking: text }),
    // Opaque reasoning, sounds and citations have no place here.
    "reasoning-detail": () => "",
    "audio-delta": () => "",
    logprobs: ({ choice, logprobs }) => {
      if (choice === 0) this.#logprobs.push(...arrayOf(logprobs["content"]));
      return "";
    },
    "tool-call-start": () => "",
    "tool-call-delta": () => "",
    "tool-call-end": ({ choice, index, call }) => {
      if (choice !== 0) return "";
      this.#calls.set(index, call);
      return this.#callsInTurn();
    },
    metadata: ({ choice, fields }) => {
      if (choice === undefined) this.#timings = fields["timings"] ?? this.#timings;
      return "";
    },
    usage: ({ usage }) => {
      this.#usage = usage;
      return "";
    },
    warning: () => "",
    "choice-finish": ({ choice, reason }) => {
      if (choice === 0) this.#reason = reason;
      return "";
    },
    finish: () => this.#end(),
    failure: ({ failure }) => {
      this.#ended = true;
      return encodeErrorEvent(failure);
    },
  };

  #piece(choice: number, piece: Piece): string {
    return choice === 0 ? this.#line(piece, { done: false }) : "";
  }

  #callsInTurn(): string {
    let text = "";
    for (let call = this.#take(); call !== undefined; call = this.#take()) {
      const piece = callPiece(call, this.#nextCall - 1);
      if (piece.calls !== undefined || (piece.text ?? "") !== "") text += this.#line(piece, { done: false });
    }
    return text;
  }

  #take(): ToolCall | undefined {
    const call = this.#calls.get(this.#nextCall);
    if (call !== undefined) this.#calls.delete(this.#nextCall++);
    return call;
  }

  #end(): string {
    this.#ended = true;
    const reason = { done: true, done_reason: doneReason(this.#reason) };
    return this.#line({}, { ...reason, ...writeMetrics(this.#usage, this.#timings) });
  }

  #line(piece: Piece, end: JsonObject): string {
    const logprobs = this.#logprobs.length > 0 && { logprobs: this.#logprobs };
    if (logprobs) this.#logprobs = [];
    const fields = JSON.stringify({ ...this.#form(piece), ...logprobs, ...end });
    return `${this.#head}${fields.slice(1)}\n`;
  }
}

function headOf(model: string, createdSec: number): string {
  return `{"model":${JSON.stringify(model)},"created_at":"${timeText(createdSec)}",`;
}
