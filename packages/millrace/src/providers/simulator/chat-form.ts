import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { ChatStreamEncoder } from "../../wire/chat-completions/encode-stream.ts";
import { encodeChatResponse } from "../../wire/chat-completions/response.ts";
import type { ReplyForm, ReplyHead } from "./reply.ts";

/** Chat completions in their canonical form. */
export class ChatForm implements ReplyForm {
  readonly #encoder: ChatStreamEncoder;

  constructor(head: ReplyHead, includeUsage: boolean) {
    this.#encoder = new ChatStreamEncoder({ ...head, includeUsage });
  }

  piece(event: StreamEvent): string {
    return this.#encoder.encode([event]);
  }

  whole(response: InferenceResponse): JsonObject {
    return encodeChatResponse(response);
  }
}
