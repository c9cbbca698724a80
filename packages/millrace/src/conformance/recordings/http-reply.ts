import { headerOf, type RecordedReply } from "./recorded-reply.ts";
import { RecordingError } from "./recording-error.ts";

const LINE_END = "\r\n";
const HEAD_END = "\r\n\r\n";
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/;

/**
 * Reads one recorded reply that is kept as the bytes of the wire: `HTTP/1.1 200 OK`, headers, body, in the
 * chunked coding or not.
 *
 * @throws {RecordingError} naming the byte at which the reply is not what it says
 */
export function parseHttpReply(wire: Uint8Array): RecordedReply {
  const bytes = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) throw new RecordingError("No blank line (CRLF CRLF) ends the head of the reply");
  const [statusLine = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split(LINE_END);
  const status = STATUS_LINE.exec(statusLine);
  if (!status) throw new RecordingError(`Byte 0: ${shown(statusLine)} is no status line such as "HTTP/1.1 200 OK"`);
  const headers = parseHeaders(lines, statusLine.length + LINE_END.length);
  const body = readBody(bytes, headEnd + HEAD_END.length, headers);
  return { status: Number(status[1]), reason: status[2] ?? "", headers, body, wire };
}

function parseHeaders(lines: readonly string[], start: number): RecordedReply["headers"] {
  let at = start;
  return lines.map((line): readonly [string, string] => {
    const header = HEADER.exec(line);
    if (!header) throw new RecordingError(`Byte ${at}: ${shown(line)} is no header`);
    at += line.length + LINE_END.length;
    return [header[1] ?? "", header[2] ?? ""];
  });
}

function readBody(bytes: Buffer, start: number, headers: RecordedReply["headers"]): Buffer {
  if (headerOf({ headers }, "transfer-encoding")?.toLowerCase() === "chunked") return readChunks(bytes, start);
  const body = bytes.subarray(start);
  const length = headerOf({ headers }, "content-length");
  if (length !== undefined && Number(length) !== body.length) {
    throw new RecordingError(`Byte ${start}: the body has ${body.length} bytes, but Content-Length says ${length}`);
  }
  return body;
}

function readChunks(bytes: Buffer, start: number): Buffer {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf(LINE_END, at);
    const line = bytes.subarray(at, lineEnd < 0 ? bytes.length : lineEnd).toString("latin1");
    const size = CHUNK_SIZE.exec(line);
    if (lineEnd < 0 || !size) throw new RecordingError(`Byte ${at}: ${shown(line)} is no size of a chunk`);
    const dataStart = lineEnd + LINE_END.length;
    const dataEnd = dataStart + Number.parseInt(size[1] ?? "", 16);
    if (dataEnd === dataStart) {
      checkTrailers(bytes, dataStart);
      return Buffer.concat(chunks);
    }
    if (bytes.subarray(dataEnd, dataEnd + LINE_END.length).toString("latin1") !== LINE_END) {
      throw new RecordingError(`Byte ${at}: the chunk of ${dataEnd - dataStart} bytes is not whole`);
    }
    chunks.push(bytes.subarray(dataStart, dataEnd));
    at = dataEnd + LINE_END.length;
  }
}

/** Behind the last chunk come trailers, if any, and a blank line. */
function checkTrailers(bytes: Buffer, start: number): void {
  const rest = bytes.subarray(start).toString("latin1");
  if (rest !== LINE_END && !rest.endsWith(HEAD_END)) {
    throw new RecordingError(`Byte ${start}: no blank line ends the reply behind its last chunk`);
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
