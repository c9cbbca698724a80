import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { encodeSseEvent } from "../../wire/sse/encode.ts";
import { wireUsage } from "../../wire/chat-completions/answer-wire.ts";
import type { ReplyForm, ReplyHead } from "./reply.ts";

const DONE = encodeSseEvent("[DONE]");

/** The older completions protocol, whose chunks have the shape of its whole replies. Only text has a place in it. */
export class CompletionForm implements ReplyForm {
  readonly #head: JsonObject;
  readonly #includeUsage: boolean;
  #usage: TokenUsage | undefined;

  constructor({ id, model, createdSec }: ReplyHead, includeUsage: boolean) {
    this.#head = { id, object: "text_completion", created: createdSec, model, system_fingerprint: "simulator" };
    this.#includeUsage = includeUsage;
  }

  piece(event: StreamEvent): string {
    switch (event.type) {
      case "text-delta":
        return this.#chunk([choiceOf(event.choice, event.text, null)]);
      case "choice-finish":
        return this.#chunk([choiceOf(event.choice, "", event.reason)]);
      case "usage":
        this.#usage = event.usage;
        return "";
      case "finish":
        return this.#ending();
      default:
        return "";
    }
  }

  whole({ choices, usage }: InferenceResponse): JsonObject {
    return {
      ...this.#head,
      choices: choices.map(({ index, text, finishReason }) => choiceOf(index, text, finishReason)),
      ...(usage && { usage: wireUsage(usage) }),
    };
  }

  #ending(): string {
    if (!this.#includeUsage || this.#usage === undefined) return DONE;
    return this.#chunk([], { usage: wireUsage(this.#usage) }) + DONE;
  }

  #chunk(choices: readonly JsonObject[], more: JsonObject = {}): string {
    return encodeSseEvent(JSON.stringify({ ...this.#head, choices, ...more }));
  }
}

function choiceOf(index: number, text: string, reason: string | null): JsonObject {
  return { index, text, logprobs: null, finish_reason: reason };
}
