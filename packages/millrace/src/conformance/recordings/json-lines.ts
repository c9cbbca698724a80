import { parseJson } from "../../wire/json/parse.ts";
import type { RecordedReply } from "./recorded-reply.ts";
import { RecordingError } from "./recording-error.ts";

const DONE = "[DONE]";

/**
 * Reads a recorded event stream whose framing was removed: each line is the data of one event. Blank lines
 * mean nothing.
 *
 * @param text the whole file
 * @param options.done whether the stream ends with `[DONE]` where the file does not say so, as most do not
 * @throws {RecordingError} naming the line that is neither JSON nor `[DONE]`
 */
export function parseJsonLines(text: string, options: { readonly done?: boolean } = {}): RecordedReply {
  const payloads: string[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const payload = line.trim();
    if (payload === "") continue;
    if (payloads.at(-1) === DONE)
      throw new RecordingError(`Line ${at + 1} follows ${DONE}, behind which nothing is read`);
    checkPayload(payload, at + 1);
    payloads.push(payload);
  }
  if (payloads.length === 0) throw new RecordingError("The recording holds no line of JSON");
  if ((options.done ?? true) && payloads.at(-1) !== DONE) payloads.push(DONE);
  return {
    status: 200,
    reason: "OK",
    headers: [["Content-Type", "text/event-stream"]],
    body: payloads.map((payload) => `data: ${payload}\n\n`).join(""),
  };
}

function checkPayload(payload: string, line: number): void {
  if (payload === DONE) return;
  const parsed = parseJson(payload);
  if (!parsed.ok) throw new RecordingError(`Line ${line}, column ${parsed.column}: ${parsed.message}`);
  if (parsed.trailing) throw new RecordingError(`Line ${line} holds more than one JSON value`);
}
