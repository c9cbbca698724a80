import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { ResponseBuilder } from "../../wire/assembly/response-builder.ts";
import { encodeSseEvent } from "../../wire/sse/encode.ts";
import { type Act, errorReply } from "./act.ts";
import type { Beat } from "./performance.ts";

/** How a dialect writes an answer. */
export interface ReplyForm {
  /** An event as a piece of a stream; `""` where it says nothing yet. */
  piece(event: StreamEvent): string;
  /** The whole answer as one document. */
  whole(response: InferenceResponse): JsonObject;
}

/** What stands at the head of every answer. */
export interface ReplyHead {
  readonly id: string;
  readonly model: string;
  readonly createdSec: number;
}

/** A performance as a stream, each piece as it comes. The head goes out with the first of them. */
export function* streamReply(beats: Iterable<Beat>, head: ReplyHead, form: ReplyForm): Generator<Act> {
  let begun = false;
  for (const beat of beats) {
    if (beat.type === "wait" || beat.type === "hang") {
      yield beat;
    } else if (beat.type === "fail") {
      if (begun) yield { type: "send", text: encodeSseEvent(JSON.stringify(beat.error.body)) };
      else yield* errorReply(beat.error);
    } else {
      if (!begun) yield* opening(head, form);
      begun = true;
      yield* beat.type === "cut" ? [beat] : sent(form.piece(beat.event));
    }
    if (beat.type !== "event" && beat.type !== "wait") return;
  }
  // The form writes the end from what it has seen.
  yield* sent(form.piece({ type: "finish", response: new ResponseBuilder().build() }));
}

/** A performance as one document, when it is over. One that is cut is half of the document. */
export function* wholeReply(beats: Iterable<Beat>, head: ReplyHead, form: ReplyForm): Generator<Act> {
  const answer = new ResponseBuilder();
  for (const event of beginning(head)) answer.apply(event);
  let cut = false;
  for (const beat of beats) {
    if (beat.type === "fail") return yield* errorReply(beat.error);
    if (beat.type === "hang") return yield beat;
    if (beat.type === "wait") yield beat;
    if (beat.type === "event") answer.apply(beat.event);
    cut = beat.type === "cut";
    if (cut) break;
  }
  const text = JSON.stringify(form.whole(answer.build()));
  yield { type: "head", status: 200, headers: { "content-type": "application/json" } };
  yield { type: "send", text: cut ? text.slice(0, text.length / 2) : text };
  if (cut) yield { type: "cut" };
}

function* opening(head: ReplyHead, form: ReplyForm): Generator<Act> {
  yield { type: "head", status: 200, headers: { "content-type": "text/event-stream", "cache-control": "no-cache" } };
  for (const event of beginning(head)) yield* sent(form.piece(event));
}

function beginning({ id, model, createdSec }: ReplyHead): StreamEvent[] {
  return [
    { type: "start", id, model, created: createdSec },
    { type: "metadata", fields: { system_fingerprint: "simulator" } },
  ];
}

function* sent(text: string): Generator<Act> {
  if (text !== "") yield { type: "send", text };
}
