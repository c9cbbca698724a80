import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { handleEvent } from "../assembly/event-handlers.ts";
import type { EventHandlers } from "../assembly/event-handlers.ts";
import { present } from "../failure/present.ts";
import { arrayOf, objectsOf, stringOf } from "../json/read.ts";
import type { AnswerEncoding } from "../translation/codec.ts";
import { MESSAGE_BOUNDS } from "../translation/message-bounds.ts";
import { writeAnnotations } from "./annotations.ts";
import { CallOutput } from "./call-output.ts";
import { errorFields, failedError } from "./error.ts";
import { MessageOutput } from "./message-output.ts";
import { OutputItems } from "./output-items.ts";
import type { Emit, ItemStatus } from "./output-items.ts";
import { PART_BREAK } from "./reasoning-items.ts";
import { ReasoningOutput } from "./reasoning-output.ts";
import { ResponseObjects } from "./response-object.ts";
import type { ResponseState } from "./response-object.ts";
import { offeredTools, ToolNames } from "./tool-names.ts";
import { HOSTED_ITEMS } from "./types.ts";
import { wireUsage } from "./usage.ts";

/** Why an answer is not complete, in the dialect's words. */
const INCOMPLETE: Partial<Record<FinishReason, string>> = {
  length: "max_output_tokens",
  content_filter: "content_filter",
};

/**
 * Writes an answer in this dialect, event by event. Items may be open at the same time: every event names its item and
 * the place of it. Only the first choice is written, for there is one answer here.
 */
export class AnswerWriter {
  readonly #emit: Emit;
  readonly #objects: ResponseObjects;
  readonly #names: ToolNames;
  readonly #fallback: { readonly id: string; readonly model: string; readonly created: number };
  readonly #calls = new Map<number, CallOutput>();
  readonly #messages = new ItemTexts();
  readonly #thoughts = new ItemTexts();
  #head: { readonly id: string; readonly model: string; readonly created: number } | undefined;
  #items: OutputItems | undefined;
  #message: MessageOutput | undefined;
  /** Fields of the next message. */
  #ofMessage: JsonObject = {};
  #reasoning: ReasoningOutput | undefined;
  #logprobs: JsonObject[] = [];
  #annotations: JsonObject[] = [];
  #usage: TokenUsage | undefined;
  #reason: FinishReason = "unknown";
  #more: JsonObject | undefined;
  #response: JsonObject | undefined;

  constructor(options: AnswerEncoding, emit: Emit) {
    const { asked, id, model, createdSec } = options;
    this.#emit = emit;
    this.#objects = new ResponseObjects(options);
    this.#names = new ToolNames(offeredTools(asked));
    this.#fallback = { id: `resp_${id}`, model, created: createdSec };
  }

  /** The response as it ended; absent until then. */
  get response(): JsonObject | undefined {
    return this.#response;
  }

  /** After the end nothing more is written. */
  write(event: DecodedEvent): void {
    if (this.#response !== undefined || ("choice" in event && (event.choice ?? 0) > 0)) return;
    handleEvent(this.#handlers, event);
  }

  readonly #handlers: EventHandlers<void> = {
    start: ({ id, model, created }) => {
      const fallback = this.#fallback;
      this.#begin({
        id: id.startsWith("resp_") ? id : fallback.id,
        model: model || fallback.model,
        created: created ?? fallback.created,
      });
    },
    "text-delta": ({ text }) => {
      const own = this.#message === undefined ? this.#messages.begin(text) : text;
      this.#openMessage().text(own, this.#logprobs.splice(0));
      this.#annotate();
    },
    "refusal-delta": ({ text }) => {
      this.#settleLogprobs();
      this.#openMessage().refusal(text);
    },
    "reasoning-delta": ({ text }) => {
      const isOpen = this.#reasoning?.sealed === false;
      this.#openReasoning().text(isOpen ? text : this.#thoughts.begin(text));
    },
    "reasoning-detail": ({ detail }) => this.#openReasoning(detail).detail(detail),
    "audio-delta": () => undefined,
    logprobs: ({ logprobs }) => void this.#logprobs.push(...writeLogprobs(logprobs)),
    "tool-call-start": ({ index, id, name, kind }) => {
      this.#closeBlocks("completed");
      this.#calls.set(index, new CallOutput(this.#begin(), { id, name, kind }, this.#names.own(name)));
    },
    "tool-call-delta": ({ index, text }) => this.#calls.get(index)?.append(text),
    "tool-call-end": ({ index, call }) => {
      this.#calls.get(index)?.close(call);
      this.#calls.delete(index);
    },
    metadata: ({ choice, fields }) => (choice === undefined ? this.#note(fields) : this.#noteOfAnswer(fields)),
    usage: ({ usage }) => {
      this.#usage = usage;
    },
    warning: () => undefined,
    "choice-finish": ({ reason }) => {
      this.#reason = reason;
    },
    finish: () => this.#finish(),
    failure: ({ failure }) => {
      const items = this.#begin();
      this.#settleLogprobs();
      for (const open of [this.#message, this.#reasoning, ...this.#calls.values()]) open?.breakOff();
      this.#emit("error", errorFields(failure));
      const usage = this.#usage === undefined ? null : wireUsage(this.#usage);
      this.#end("response.failed", { status: "failed", error: failedError(failure), output: items.all, usage });
    },
  };

  #begin(head = this.#fallback): OutputItems {
    if (this.#items !== undefined) return this.#items;
    this.#head = head;
    this.#items = new OutputItems(head.id.slice("resp_".length), this.#emit);
    const response = this.#objects.write({ ...head, status: "in_progress", output: [], usage: null });
    this.#emit("response.created", { response });
    this.#emit("response.in_progress", { response });
    return this.#items;
  }

  #openMessage(): MessageOutput {
    this.#closeReasoning();
    if (this.#message === undefined) {
      this.#message = new MessageOutput(this.#begin(), this.#ofMessage);
      this.#ofMessage = {};
    }
    return this.#message;
  }

  #openReasoning(detail?: JsonObject): ReasoningOutput {
    this.#closeMessage("completed");
    if (this.#reasoning?.sealed === true) this.#closeReasoning();
    this.#reasoning ??= new ReasoningOutput(this.#begin(), detail);
    return this.#reasoning;
  }

  /** Some servers tell them behind the text that they are of: then no delta has them, but the text's end. */
  #settleLogprobs(): void {
    if (this.#message?.addLogprobs(this.#logprobs) === true) this.#logprobs = [];
  }

  #closeMessage(status: ItemStatus): void {
    this.#settleLogprobs();
    this.#message?.close(status);
    this.#message = undefined;
  }

  #closeReasoning(): void {
    this.#reasoning?.close();
    this.#reasoning = undefined;
  }

  #closeBlocks(status: ItemStatus): void {
    this.#closeReasoning();
    this.#closeMessage(status);
  }

  #noteOfAnswer(fields: JsonObject): void {
    const [bound, ...others] = objectsOf(fields[MESSAGE_BOUNDS]);
    if (bound !== undefined) {
      this.#closeMessage("completed");
      // Of an answer that is whole it is not known where they were.
      this.#ofMessage = others.length === 0 ? bound : {};
    }
    this.#annotations.push(...writeAnnotations(fields["annotations"]));
    this.#annotate();
    for (const item of objectsOf(fields[HOSTED_ITEMS])) {
      this.#closeBlocks("completed");
      this.#begin().begin("item", item, stringOf(item["id"])).done(item);
    }
  }

  /** Citations need a text to stand beside. */
  #annotate(): void {
    if (this.#message === undefined) return;
    for (const annotation of this.#annotations.splice(0)) this.#message.annotate(annotation);
  }

  #note({ service_tier: tier }: JsonObject): void {
    this.#more = { ...this.#more, ...present({ service_tier: tier }) };
  }

  #finish(): void {
    const incompleteReason = INCOMPLETE[this.#reason];
    const status = incompleteReason === undefined ? "completed" : "incomplete";
    this.#closeBlocks(status);
    const output = this.#begin().all;
    this.#end(`response.${status}`, { status, output, usage: wireUsage(this.#usage), incompleteReason });
  }

  #end(type: string, state: Omit<ResponseState, "id" | "model" | "created">): void {
    this.#response = this.#objects.write({ ...(this.#head ?? this.#fallback), ...state, more: this.#more });
    this.#emit(type, { response: this.#response });
  }
}

/** Texts that go into items of their own: the break that keeps them apart in one text is not part of any. */
class ItemTexts {
  #isFirst = true;

  /** The text that an item begins with. */
  begin(text: string): string {
    const own = !this.#isFirst && text.startsWith(PART_BREAK) ? text.slice(PART_BREAK.length) : text;
    this.#isFirst = false;
    return own;
  }
}

/** Readers of this dialect want the alternatives to be there, if only as an empty list. */
function writeLogprobs({ content }: JsonObject): readonly JsonObject[] {
  return objectsOf(content).map((token) => ({ ...token, top_logprobs: arrayOf(token["top_logprobs"]) }));
}
