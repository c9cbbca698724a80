import { crc32 } from "./crc32.ts";
import { CHECKSUM_BYTES, EventStreamError, PRELUDE_BYTES } from "./frame.ts";
import type { Frame } from "./frame.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { readHeaders } from "./headers.ts";

/** What AWS allows for the headers of one message. */
const MAX_HEADERS_BYTES = 128 * 1024;

/** Where the parts of a message are. */
interface Prelude {
  readonly length: number;
  readonly headersLength: number;
}

/**
 * Reads an event stream that comes in pieces, cut anywhere. Both checksums are checked, that of the lengths before
 * anything is held because of them. What it gives is independent of the bytes it was given.
 */
export class EventStreamDecoder {
  readonly #maxFrameBytes: number;
  readonly #held = new GrowingBytes();
  #prelude: Prelude | undefined;
  #error: EventStreamError | undefined;

  constructor(options: { readonly maxFrameBytes: number }) {
    this.#maxFrameBytes = options.maxFrameBytes;
  }

  /** Why reading stopped: the messages before it are good, nothing more is read. */
  get error(): EventStreamError | undefined {
    return this.#error;
  }

  /** The bytes so far end within a message. */
  get unfinished(): boolean {
    return this.#held.length > 0;
  }

  /** The messages that are complete with these bytes. */
  push(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    try {
      let rest = bytes;
      while (rest.length > 0 && this.#error === undefined) rest = this.#take(rest, frames);
    } catch (error) {
      if (!(error instanceof EventStreamError)) throw error;
      this.#error = error;
      this.#held.clear();
    }
    return frames;
  }

  /** Takes as much as the message at hand still needs; gives what is left. */
  #take(bytes: Uint8Array, frames: Frame[]): Uint8Array {
    const needed = (this.#prelude?.length ?? PRELUDE_BYTES) - this.#held.length;
    this.#held.add(bytes.subarray(0, needed));
    const rest = bytes.subarray(needed);
    if (bytes.length < needed) return rest;
    if (this.#prelude === undefined) {
      this.#prelude = this.#readPrelude(this.#held.bytes);
    } else {
      frames.push(readFrame(this.#held.bytes, this.#prelude));
      this.#prelude = undefined;
      this.#held.clear();
    }
    return rest;
  }

  #readPrelude(bytes: Uint8Array): Prelude {
    const view = viewOf(bytes);
    if (crc32(bytes.subarray(0, 8)) !== view.getUint32(8)) {
      throw new EventStreamError("The checksum of a message's lengths is wrong");
    }
    const prelude: Prelude = { length: view.getUint32(0), headersLength: view.getUint32(4) };
    const { length, headersLength } = prelude;
    if (length > this.#maxFrameBytes) {
      throw new EventStreamError(`A message is larger than ${this.#maxFrameBytes} bytes`);
    }
    if (headersLength > MAX_HEADERS_BYTES || length < PRELUDE_BYTES + headersLength + CHECKSUM_BYTES) {
      throw new EventStreamError("The lengths of a message contradict each other");
    }
    return prelude;
  }
}

function readFrame(held: Uint8Array, { length, headersLength }: Prelude): Frame {
  const end = length - CHECKSUM_BYTES;
  if (crc32(held.subarray(0, end)) !== viewOf(held).getUint32(end)) {
    throw new EventStreamError("The checksum of a message is wrong");
  }
  // Of its own, since the held bytes are used again.
  const bytes = held.slice(PRELUDE_BYTES, end);
  return { headers: readHeaders(bytes.subarray(0, headersLength)), payload: bytes.subarray(headersLength) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
