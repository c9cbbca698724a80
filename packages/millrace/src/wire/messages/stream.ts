import type { AnswerOptions } from "../assembly/answer-options.ts";
import { ReplyStreamDecoder } from "../assembly/reply-stream.ts";
import type { Parsed } from "../json/parse.ts";
import { isObject, stringOf } from "../json/read.ts";
import { MessagesReader } from "./reply-reader.ts";
import { readMessagesDocument } from "./response.ts";

/** Decodes a streamed reply of this dialect. Its terminal sign is `message_stop`, or a reason to stop. */
export class MessagesStreamDecoder extends ReplyStreamDecoder {
  constructor(options: AnswerOptions) {
    super(new MessagesReader(options), {
      limits: options.limits,
      wallNowMs: options.wallNowMs,
      unreadableChunk: "fail",
      endsWithDone: false,
      isChunk,
      readDocument: (value) => readMessagesDocument(value, options.wallNowMs),
    });
  }
}

const EVENT = /^(?:message_(?:start|delta|stop)|content_block_(?:start|delta|stop)|ping)$/u;

/** Whether a line of JSON is an event. */
function isChunk(line: Parsed): boolean {
  return line.ok && isObject(line.value) && EVENT.test(stringOf(line.value["type"]) ?? "");
}
