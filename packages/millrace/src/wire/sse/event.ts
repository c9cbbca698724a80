/** One server-sent event. `id` and `retry` are read past: nothing here ever reconnects. */
export interface SseEvent {
  /** The event's name; `""` when no `event:` line gave one. */
  readonly event: string;
  /** Its `data:` lines, joined by LF. May be `""`. */
  readonly data: string;
}

/** An event is larger than the decoder may hold. The only thing a decoder throws. */
export class SseError extends Error {
  override readonly name = "SseError";
  readonly maxEventBytes: number;

  constructor(maxEventBytes: number) {
    super(`A server-sent event is larger than ${maxEventBytes} bytes; reading stopped and nothing of it was kept`);
    this.maxEventBytes = maxEventBytes;
  }
}
