import type { AnswerOptions } from "../assembly/answer-options.ts";
import { ReplyStreamDecoder } from "../assembly/reply-stream.ts";
import { ConverseEventBody } from "./event-body.ts";
import { ConverseReplyReader } from "./reply-reader.ts";
import { readConverseDocument } from "./response.ts";
import { familyOf } from "./rules.ts";
import type { ConverseRules } from "./rules.ts";

/** Decodes a reply of `converse-stream`, and one of `converse`, which comes whole. */
export class ConverseStreamDecoder extends ReplyStreamDecoder {
  constructor(options: AnswerOptions, rules: ConverseRules) {
    super(new ConverseReplyReader(options, familyOf(rules, options.requestedModel)), {
      limits: options.limits,
      wallNowMs: options.wallNowMs,
      unreadableChunk: "fail",
      endsWithDone: false,
      isChunk: () => false,
      readDocument: (value) => readConverseDocument(value, options.wallNowMs),
      createEventBody: (limits) => new ConverseEventBody(limits),
    });
  }
}
