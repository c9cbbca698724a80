/** A reply as a server once gave it. */
export interface RecordedReply {
  readonly status: number;
  readonly reason: string;
  /** As written, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Transfer coding removed, content coding kept. */
  readonly body: string | Uint8Array;
  /** The whole reply as it stood on the wire, where that was recorded. */
  readonly wire?: Uint8Array;
}

/** The value of a header; several are joined with `, `. */
export function headerOf({ headers }: Pick<RecordedReply, "headers">, name: string): string | undefined {
  const values = headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

export function isEventStream(reply: Pick<RecordedReply, "headers">): boolean {
  return headerOf(reply, "content-type")?.toLowerCase().startsWith("text/event-stream") ?? false;
}
