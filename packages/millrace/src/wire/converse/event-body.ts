import type { Limits } from "../../model/limits.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import type { StreamBody, StreamData } from "../assembly/stream-body.ts";
import { EventStreamDecoder } from "../event-stream/decoder.ts";
import { textHeader } from "../event-stream/frame.ts";
import type { Frame } from "../event-stream/frame.ts";
import { failureOf } from "../failure/kinds.ts";
import { errorOf } from "./error.ts";

const TEXT = new TextDecoder();

/** A stream of AWS's binary messages: each is an event, or an error that ends it. */
export class ConverseEventBody implements StreamBody {
  readonly #decoder: EventStreamDecoder;

  constructor({ eventBytes }: Pick<Limits, "eventBytes">) {
    this.#decoder = new EventStreamDecoder({ maxFrameBytes: eventBytes });
  }

  push(bytes: Uint8Array, read: (data: StreamData) => void): void {
    for (const frame of this.#decoder.push(bytes)) read(eventOf(frame));
    const { error } = this.#decoder;
    if (error === undefined) return;
    const message = `The model server's stream cannot be read: ${error.message}; check that the base URL is right`;
    throw new ReplyFault(failureOf("protocol", message));
  }

  /** A message that is not whole is none: its checksum is missing. */
  end(): void {}

  flaw(): undefined {
    return undefined;
  }
}

function eventOf(frame: Frame): StreamData {
  const error = errorOf(frame);
  if (error !== undefined) return { kind: "event", name: "error", text: JSON.stringify(error), last: false };
  const name = textHeader(frame, ":event-type") ?? "";
  return { kind: "event", name, text: TEXT.decode(frame.payload), last: false };
}
