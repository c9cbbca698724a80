import type { AnswerOptions } from "../assembly/answer-options.ts";
import { ReplyStreamDecoder } from "../assembly/reply-stream.ts";
import type { Parsed } from "../json/parse.ts";
import { isObject, stringOf } from "../json/read.ts";
import { ResponsesReader } from "./reply-reader.ts";
import { readResponsesDocument } from "./response.ts";

/** Decodes a streamed reply of this dialect. Its terminal sign is that the response is completed or incomplete. */
export class ResponsesStreamDecoder extends ReplyStreamDecoder {
  constructor(options: AnswerOptions) {
    super(new ResponsesReader(options), {
      limits: options.limits,
      wallNowMs: options.wallNowMs,
      unreadableChunk: "fail",
      endsWithDone: false,
      isChunk,
      readDocument: (value) => readResponsesDocument(value, options.wallNowMs),
    });
  }
}

/** Whether a line of JSON is an event. */
function isChunk(line: Parsed): boolean {
  return line.ok && isObject(line.value) && (stringOf(line.value["type"]) ?? "").startsWith("response.");
}
