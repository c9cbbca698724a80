import type { JsonObject } from "../../model/json.ts";
import type { ReasoningDetail } from "../../model/message.ts";
import type { DecodedEvent, StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { handleEvent } from "../assembly/event-handlers.ts";
import type { EventHandlers } from "../assembly/event-handlers.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json/read.ts";
import type { AnswerEncoding } from "../translation/codec.ts";
import { BlockOutput } from "./block-output.ts";
import type { Emit } from "./block-output.ts";
import { CallLine } from "./call-line.ts";
import { citationsIn } from "./citations.ts";
import { EndOutput } from "./end-output.ts";
import { ThinkingOutput } from "./thinking-output.ts";
import type { Block } from "./types.ts";
import { wireUsage } from "./usage.ts";

/** Of several choices the dialect has a place for the first. */
const CHOICE = 0;

/** Writes an answer as the events of a stream, in their canonical order, whatever order its parts come in. */
export class AnswerWriter {
  readonly #options: AnswerEncoding;
  readonly #emit: Emit;
  readonly #out: BlockOutput;
  readonly #calls: CallLine;
  readonly #end = new EndOutput();
  #head: { readonly id: string; readonly model: string };
  #begun = false;
  #usage: TokenUsage | undefined;
  #thinking: ThinkingOutput | undefined;
  /** They came before the text that they belong to. */
  #citations: JsonObject[] = [];

  constructor(options: AnswerEncoding, emit: Emit) {
    this.#options = options;
    this.#emit = emit;
    this.#out = new BlockOutput(emit);
    this.#calls = new CallLine(this.#out);
    this.#head = { id: options.id, model: options.model };
  }

  write(event: DecodedEvent): void {
    if ("choice" in event && event.choice !== undefined && event.choice !== CHOICE) return;
    handleEvent(this.#handlers, event);
  }

  readonly #call = (
    event: Extract<StreamEvent, { type: "tool-call-start" | "tool-call-delta" | "tool-call-end" }>,
  ): void => {
    this.#begin();
    if (event.type === "tool-call-start") this.#calls.run(() => this.#leaveThinking());
    this.#calls.write(event);
  };

  readonly #handlers: EventHandlers<void> = {
    start: ({ id, model }) => {
      this.#head = { id: id || this.#options.id, model: model || this.#options.model };
    },
    "text-delta": ({ text }) => this.#content(() => this.#text(text)),
    "reasoning-delta": ({ text }) => this.#content(() => this.#openThinking().text(text)),
    "reasoning-detail": ({ detail }) => this.#content(() => this.#detail(detail)),
    "refusal-delta": ({ text }) => {
      this.#end.refused(text);
      this.#content(() => this.#text(text));
    },
    "audio-delta": () => undefined,
    logprobs: () => undefined,
    "tool-call-start": this.#call,
    "tool-call-delta": this.#call,
    "tool-call-end": this.#call,
    metadata: ({ choice, fields }) => {
      if (choice === undefined) this.#end.about(fields);
      else this.#fields(fields);
    },
    usage: ({ usage }) => {
      this.#usage = usage;
    },
    warning: () => undefined,
    "choice-finish": (event) => this.#end.finish(event),
    finish: () => this.#finish(),
    failure: ({ partial }) => this.#fail(partial?.usage),
  };

  #content(step: () => void): void {
    this.#begin();
    this.#calls.run(step);
  }

  #text(text: string): void {
    this.#leaveThinking();
    if (this.#out.open !== "text") this.#out.begin({ type: "text", text: "" });
    this.#out.delta({ type: "text_delta", text });
    this.#cite([]);
  }

  #detail(detail: ReasoningDetail): void {
    this.#openThinking().detail(detail);
  }

  #openThinking(): ThinkingOutput {
    if (this.#thinking?.sealed === true) this.#leaveThinking();
    this.#thinking ??= new ThinkingOutput(this.#out);
    return this.#thinking;
  }

  #leaveThinking(): void {
    this.#thinking?.close();
    this.#thinking = undefined;
  }

  #fields(fields: JsonObject): void {
    const details = objectOf(objectOf(fields["choice"])?.["stop_details"]);
    if (details) this.#end.detail(details);
    const citations = citationsIn(fields);
    const blocks = arrayOf(fields["content_blocks"]).filter(isBlock);
    if (citations.length > 0) this.#content(() => this.#cite(citations));
    for (const block of blocks) this.#content(() => this.#whole(block));
  }

  /** What another server said in a block of a kind that the model has no name for. */
  #whole(block: Block): void {
    this.#leaveThinking();
    this.#out.begin(block);
    this.#out.end();
  }

  #cite(citations: readonly JsonObject[]): void {
    this.#citations.push(...citations);
    if (this.#out.open !== "text") return;
    for (const citation of this.#citations) this.#out.delta({ type: "citations_delta", citation });
    this.#citations = [];
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const { id, model } = this.#head;
    const empty = { content: [], stop_reason: null, stop_sequence: null };
    const message = { id, type: "message", role: "assistant", model, ...empty, usage: wireUsage(this.#usage) };
    this.#emit({ type: "message_start", message });
    this.#emit({ type: "ping" });
  }

  #finish(): void {
    this.#begin();
    this.#calls.flush();
    this.#leaveThinking();
    this.#out.end();
    this.#emit(this.#end.event(this.#usage));
    this.#emit({ type: "message_stop" });
  }

  /** Blocks stay open: clients act on one that is closed, and this one is not whole. */
  #fail(usage: TokenUsage | undefined = this.#usage): void {
    if (!this.#begun || usage === undefined) return;
    const delta = { stop_reason: null, stop_sequence: null };
    this.#emit({ type: "message_delta", delta, usage: wireUsage(usage) });
  }
}

function isBlock(value: JsonObject[string]): value is Block {
  return isObject(value) && stringOf(value["type"]) !== undefined;
}
