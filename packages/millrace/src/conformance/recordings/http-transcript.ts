import { isEventStream, type RecordedReply } from "./recorded-reply.ts";

/**
 * Reads recorded HTTP exchanges from a text file that people can read and edit:
 *
 * ```text
 * ##### what this exchange shows
 * > POST /v1/chat/completions
 * > Authorization: Bearer sk-test
 * > {"model": "tiny", …}
 * HTTP/1.1 200 OK
 * Content-Type: text/event-stream
 *
 * data: {…}
 * ```
 *
 * Request lines start with `> `; the reply follows as its server sent it, transfer encoding removed.
 * Blank lines before the next `#####` belong to the file: an event stream ends with one blank line,
 * any other body with none.
 */
export interface RecordedExchange {
  readonly title: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    /** Lower-case names. */
    readonly headers: Readonly<Record<string, string>>;
    /** Empty when the request had none. */
    readonly body: string;
  };
  readonly reply: RecordedReply & { readonly body: string };
}

/** The text is not a transcript. */
export class TranscriptError extends Error {
  override readonly name = "TranscriptError";
}

const EXCHANGE_START = /^##### (.*)$/m;

/**
 * @param text the whole file
 * @throws {TranscriptError} naming the exchange that cannot be read
 */
export function parseHttpTranscript(text: string): readonly RecordedExchange[] {
  const sections = text.split(/^(?=##### )/m).filter((section) => EXCHANGE_START.test(section));
  return sections.map(parseExchange);
}

function parseExchange(section: string): RecordedExchange {
  const title = EXCHANGE_START.exec(section)?.[1] ?? "";
  const content = section.slice(section.indexOf("\n") + 1);
  const replyStart = content.search(/^HTTP\/1\.[01] /m);
  if (replyStart < 0) throw new TranscriptError(`"${title}" has no line that starts with HTTP/1.1`);
  return {
    title,
    request: parseRequest(title, content.slice(0, replyStart)),
    reply: parseReply(title, content.slice(replyStart)),
  };
}

function parseRequest(title: string, text: string): RecordedExchange["request"] {
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith("> "))
    .map((line) => line.slice(2));
  const [method, path] = (lines.shift() ?? "").split(" ");
  if (!method || !path) throw new TranscriptError(`"${title}" has no request line such as "> GET /health"`);
  const headers: Record<string, string> = {};
  while (lines[0] !== undefined && HEADER.test(lines[0])) {
    const [, name = "", value = ""] = HEADER.exec(lines.shift() ?? "") ?? [];
    headers[name.toLowerCase()] = value;
  }
  return { method, path, headers, body: lines.join("\n") };
}

const HEADER = /^([A-Za-z][A-Za-z0-9-]*): ?(.*)$/;

function parseReply(title: string, text: string): RecordedExchange["reply"] {
  const headEnd = text.indexOf("\n\n");
  const [statusLine = "", ...headerLines] = text.slice(0, headEnd < 0 ? undefined : headEnd).split("\n");
  const status = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine);
  if (!status) throw new TranscriptError(`"${title}" has a status line that cannot be read: ${statusLine}`);
  const headers = headerLines.filter(Boolean).map((line): readonly [string, string] => {
    const header = HEADER.exec(line);
    if (!header) throw new TranscriptError(`"${title}" has a header that cannot be read: ${line}`);
    return [header[1] ?? "", header[2] ?? ""];
  });
  const content = headEnd < 0 ? "" : text.slice(headEnd + 2).replace(/\n+$/, "");
  const body = isEventStream({ headers }) ? `${content}\n\n` : content;
  return { status: Number(status[1]), reason: status[2] ?? "", headers, body };
}
