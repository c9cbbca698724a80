import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";

/** One piece of a streamed answer, before it is bytes, so that faults can be put in by what they are. */
export type Frame =
  | { readonly kind: "event"; readonly name?: string; readonly data: JsonObject }
  /** Bytes as they are: comments, end marks, and what is no event at all. */
  | { readonly kind: "bytes"; readonly text: string }
  /** The connection is cut here. */
  | { readonly kind: "cut" }
  /** Nothing more comes, and the connection stays open. */
  | { readonly kind: "stall" };

export type Framing = "sse" | "lines";

export function event(data: JsonObject, name?: string): Frame {
  return { kind: "event", data, ...(name === undefined ? {} : { name }) };
}

export function bytes(text: string): Frame {
  return { kind: "bytes", text };
}

export function frameText(frame: Extract<Frame, { kind: "event" | "bytes" }>, framing: Framing): string {
  if (frame.kind === "bytes") return frame.text;
  const data = JSON.stringify(frame.data);
  if (framing === "lines") return `${data}\n`;
  return `${frame.name === undefined ? "" : `event: ${frame.name}\n`}data: ${data}\n\n`;
}

/** The same frames with every event's data changed; an event of which nothing is left goes. */
export function mapData(
  frames: readonly Frame[],
  change: (data: JsonObject, name: string | undefined) => JsonObject | undefined,
): Frame[] {
  return frames.flatMap((frame): Frame[] => {
    if (frame.kind !== "event") return [frame];
    const data = change(frame.data, frame.name);
    return data === undefined ? [] : [{ ...frame, data }];
  });
}

/** Text in a few pieces, as a model streams it. */
export function piecesOf(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}
