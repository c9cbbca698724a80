import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { ReplyStreamDecoder } from "../assembly/reply-stream.ts";
import { noAnswer } from "../assembly/stream-body.ts";
import type { ReadDocument } from "../assembly/stream-body.ts";
import { reportedFailure } from "../failure/classify.ts";
import { isArray, isObject } from "../json/read.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import { GenerateContentReply } from "./reply-reader.ts";
import { StreamTail } from "./stream-tail.ts";

/** Decodes a reply, streamed or whole. An error that stands behind the events, in none of them, is read as one. */
export class GenerateContentStreamDecoder extends ReplyStreamDecoder {
  readonly #tail = new StreamTail();

  constructor(options: AnswerOptions) {
    const { limits, wallNowMs } = options;
    super(new GenerateContentReply(options), {
      limits,
      wallNowMs,
      unreadableChunk: "fail",
      endsWithDone: true,
      // What comes without framing is one document.
      isChunk: () => false,
      readDocument: (value) => readReplyDocument(value, wallNowMs),
    });
  }

  override push(bytes: Uint8Array): readonly DecodedEvent[] {
    this.#tail.push(bytes);
    return super.push(bytes);
  }

  override end(): readonly DecodedEvent[] {
    const tail = this.ended ? undefined : this.#tail.end();
    // The blank line ends whatever event was left open.
    const reframed = tail === undefined ? [] : super.push(TEXT.encode(`\n\n${encodeSseEvent(JSON.stringify(tail))}`));
    return [...reframed, ...super.end()];
  }
}

const TEXT = new TextEncoder();

const FIELDS = ["candidates", "promptFeedback", "usageMetadata", "modelVersion", "responseId"];

function isReply(value: JsonObject): boolean {
  return FIELDS.some((field) => value[field] !== undefined);
}

/** A whole reply, or all events of a stream as one array. */
export function readReplyDocument(value: JsonValue, wallNowMs: () => number): ReadDocument {
  for (const member of isArray(value) ? value : [value]) {
    const failure = reportedFailure(member, wallNowMs);
    if (failure) return { failure };
  }
  if (isObject(value) && isReply(value)) return { document: value };
  if (isArray(value) && value.length > 0 && value.every((member) => isObject(member) && isReply(member))) {
    return { document: { chunks: value } };
  }
  return noAnswer('is no answer of the Gemini API: it has no "candidates"');
}
