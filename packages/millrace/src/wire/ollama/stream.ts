import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { ReplyStreamDecoder } from "../assembly/reply-stream.ts";
import { findError } from "../failure/account.ts";
import { classifyValue } from "../failure/classify.ts";
import { failureOf } from "../failure/kinds.ts";
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
export function readReplyDocument(
  value: JsonValue,
  wallNowMs: () => number,
): { readonly document: JsonObject } | { readonly failure: Failure } {
  if (findError(value)) return { failure: classifyValue(value, { wallNowMs: wallNowMs(), partial: false }) };
  if (isReply(value)) return { document: value };
  return {
    failure: failureOf("protocol", 'The model server\'s reply is JSON without a "message", so it holds no answer'),
  };
}
