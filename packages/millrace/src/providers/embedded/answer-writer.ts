import type { StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { ResponseBuilder } from "../../wire/assembly/response-builder.ts";
import { finishCall } from "../../wire/assembly/finish-call.ts";
import { ChatStreamEncoder } from "../../wire/chat-completions/encode-stream.ts";
import { encodeChatResponse } from "../../wire/chat-completions/response.ts";
import type { Generated, Piece } from "./engine.ts";

/** What stands at the head of an answer. */
export interface AnswerHead {
  readonly id: string;
  readonly model: string;
  readonly createdSec: number;
}

/** Writes the pieces of an answer in the dialect, as a stream and as one document. */
export class AnswerWriter {
  readonly #head: AnswerHead;
  readonly #encoder: ChatStreamEncoder;
  readonly #whole = new ResponseBuilder();
  readonly #calls = new Map<number, { readonly id: string; readonly name: string; text: string }>();
  #begun = false;

  constructor(head: AnswerHead, includeUsage: boolean) {
    this.#head = head;
    this.#encoder = new ChatStreamEncoder({ ...head, includeUsage });
  }

  /** The pieces as part of a stream. */
  pieces(pieces: readonly Piece[]): string {
    return this.#written(pieces.flatMap((piece) => this.#eventOf(piece)));
  }

  /** The end of the stream. */
  end(generated: Generated): string {
    const { reason, stopSequence } = generated;
    const stopped = stopSequence === undefined ? {} : { stopSequence };
    const text = this.#written([
      { type: "usage", usage: usageOf(generated) },
      { type: "choice-finish", choice: 0, reason, rawReason: reason, ...stopped },
    ]);
    return text + this.#encoder.encode([{ type: "finish", response: this.#whole.build() }]);
  }

  /** All of it, after its end. */
  document(): string {
    return JSON.stringify(encodeChatResponse(this.#whole.build()));
  }

  #written(events: readonly StreamEvent[]): string {
    const { id, model, createdSec } = this.#head;
    const first: readonly StreamEvent[] = this.#begun ? [] : [{ type: "start", id, model, created: createdSec }];
    this.#begun = true;
    const all = [...first, ...events];
    for (const event of all) this.#whole.apply(event);
    return this.#encoder.encode(all);
  }

  #eventOf(piece: Piece): readonly StreamEvent[] {
    switch (piece.type) {
      case "text":
        return [{ type: "text-delta", choice: 0, text: piece.text }];
      case "reasoning":
        return [{ type: "reasoning-delta", choice: 0, text: piece.text }];
      case "call":
        return [this.#callBegins(piece.call, piece.name)];
      case "arguments":
        return this.#callGrows(piece.call, piece.text);
      case "call-end":
        return this.#callEnds(piece.call);
    }
  }

  #callBegins(index: number, name: string): StreamEvent {
    const id = `call_${this.#head.id.replace(/^chatcmpl-/u, "")}_${index}`;
    this.#calls.set(index, { id, name, text: "" });
    return { type: "tool-call-start", choice: 0, index, id, name, kind: "function" };
  }

  #callGrows(index: number, text: string): readonly StreamEvent[] {
    const call = this.#calls.get(index);
    if (call === undefined) return [];
    call.text += text;
    return [{ type: "tool-call-delta", choice: 0, index, text }];
  }

  #callEnds(index: number): readonly StreamEvent[] {
    const ended = this.#calls.get(index);
    if (ended === undefined) return [];
    const { id, name, text } = ended;
    const { call } = finishCall({ id, type: "function", name, arguments: text }, false);
    return [{ type: "tool-call-end", choice: 0, index, call }];
  }
}

function usageOf({ promptTokens, cachedTokens, completionTokens, reasoningTokens }: Generated): TokenUsage {
  const totalTokens = promptTokens + completionTokens;
  return {
    promptTokens,
    completionTokens,
    totalTokens,
    cacheReadTokens: cachedTokens,
    reasoningTokens,
    raw: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: totalTokens,
      prompt_tokens_details: { cached_tokens: cachedTokens },
      completion_tokens_details: { reasoning_tokens: reasoningTokens },
    },
  };
}
