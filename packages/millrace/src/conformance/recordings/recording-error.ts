/** A recording cannot be read; the message says what is wrong and where. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}
