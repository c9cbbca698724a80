import type { JsonValue } from "../../model/json.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { ReplyStreamDecoder } from "../assembly/reply-stream.ts";
import { noAnswer } from "../assembly/stream-body.ts";
import type { ReadDocument } from "../assembly/stream-body.ts";
import { reportedFailure } from "../failure/classify.ts";
import { isReply, OllamaAnswerReader } from "./answer-reader.ts";

/** Decodes a reply in JSON lines, or one that came whole. Its terminal sign is `done`. */
export class OllamaStreamDecoder extends ReplyStreamDecoder {
  constructor(options: AnswerOptions) {
    super(new OllamaAnswerReader(options), {
      limits: options.limits,
      wallNowMs: options.wallNowMs,
      unreadableChunk: "fail",
      endsWithDone: false,
      isChunk: (line) => line.ok && isReply(line.value),
      readDocument: (value) => readReplyDocument(value, options.wallNowMs),
    });
  }
}

/** A document as a reply, or what is wrong with it. */
export function readReplyDocument(value: JsonValue, wallNowMs: () => number): ReadDocument {
  const failure = reportedFailure(value, wallNowMs);
  if (failure) return { failure };
  if (isReply(value)) return { document: value };
  return noAnswer('is JSON without a "message", so it holds no answer');
}
