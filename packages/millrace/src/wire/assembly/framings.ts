import { SseDecoder } from "../sse/decoder.ts";
import { SseError } from "../sse/event.ts";
import { LineBuffer } from "../sse/line-buffer.ts";
import { EventFramer } from "./event-framer.ts";
import type { FramedEvent, Framing } from "./watched-stream.ts";

const LF = 0x0a;

/** Server-sent events. */
export class SseFraming implements Framing {
  readonly #framer: EventFramer;
  readonly #decoder: SseDecoder;

  constructor(options: { readonly maxEventBytes: number }) {
    this.#framer = new EventFramer(options);
    this.#decoder = new SseDecoder(options);
  }

  push(bytes: Uint8Array): readonly FramedEvent[] {
    const framed = this.#framer.push(bytes);
    if (framed === undefined) return [];
    let start = 0;
    const events = framed.ends.map((end) => {
      const event = this.#read(framed.bytes.subarray(start, end));
      start = end;
      return event;
    });
    // What is whole before it is given first; the next bytes find the framer over its limit again.
    if (framed.error !== undefined && events.length === 0) throw framed.error;
    return events;
  }

  end(): readonly FramedEvent[] {
    const rest = this.#framer.rest();
    const events = [...this.#decoder.push(rest), ...this.#decoder.end()];
    const [event] = events;
    if (event !== undefined) return [{ bytes: withBlankLine(rest), data: event.data, name: event.event }];
    // The second half of a line end, cut off from the first: clients that look for the pair want both.
    return rest.length === 1 && rest[0] === LF ? [{ bytes: rest, name: "" }] : [];
  }

  #read(bytes: Uint8Array): FramedEvent {
    const [event] = this.#decoder.push(bytes);
    return event === undefined ? { bytes, name: "" } : { bytes, data: event.data, name: event.event };
  }
}

/** One JSON document to a line. */
export class LineFraming implements Framing {
  readonly #maxEventBytes: number;
  readonly #pending = new LineBuffer();
  readonly #utf8 = new TextDecoder();

  constructor({ maxEventBytes }: { readonly maxEventBytes: number }) {
    this.#maxEventBytes = maxEventBytes;
  }

  push(bytes: Uint8Array): readonly FramedEvent[] {
    const events: FramedEvent[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      events.push(this.#line(bytes.subarray(start, end + 1)));
      start = end + 1;
    }
    const rest = bytes.subarray(start);
    if (this.#pending.length + rest.length > this.#maxEventBytes) throw new SseError(this.#maxEventBytes);
    this.#pending.append(rest);
    return events;
  }

  end(): readonly FramedEvent[] {
    return this.#pending.length === 0 ? [] : [this.#line(new Uint8Array([LF]))];
  }

  #line(last: Uint8Array): FramedEvent {
    if (this.#pending.length === 0) return this.#event(last);
    this.#pending.append(last);
    return this.#event(this.#pending.take().slice());
  }

  #event(bytes: Uint8Array): FramedEvent {
    return { bytes, data: this.#utf8.decode(bytes), name: "" };
  }
}

function withBlankLine(bytes: Uint8Array): Uint8Array {
  const end = bytes.at(-1) === LF ? [LF] : [LF, LF];
  const whole = new Uint8Array(bytes.length + end.length);
  whole.set(bytes);
  whole.set(end, bytes.length);
  return whole;
}
