const LINE_END = /\r\n|\r|\n/u;

/**
 * One event as text, its blank line included. Line ends inside `data` become LF, which is all that
 * the format can carry.
 */
export function encodeSseEvent(data: string, event?: string): string {
  if (event !== undefined && LINE_END.test(event)) {
    throw new RangeError("The name of a server-sent event cannot hold a line break");
  }
  const name = event === undefined || event === "" ? "" : `event: ${event}\n`;
  return `${name}${asLines("data: ", data)}\n`;
}

/** A comment as text, its blank line included: readers skip it, but see that the stream is alive. */
export function encodeSseComment(text: string): string {
  return `${asLines(": ", text)}\n`;
}

function asLines(prefix: string, text: string): string {
  // Nearly all data is one line of JSON.
  if (!LINE_END.test(text)) return `${prefix}${text}\n`;
  return text
    .split(LINE_END)
    .map((line) => `${prefix}${line}\n`)
    .join("");
}
