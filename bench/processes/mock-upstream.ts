/**
 * A model server that costs next to nothing, so that what stands before it can be measured: raw sockets, prepared
 * bytes, no parsing beyond the end of a request. The name of the model says what to answer.
 *
 *   node mock-upstream.ts [CERTIFICATE KEY]
 *
 * Where it is given the paths of a certificate and its key, it speaks TLS. Prints its port, then serves until its stdin closes.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createSecureServer } from "node:tls";

const HEAD_END = Buffer.from("\r\n\r\n");
const CONTENT_LENGTH = /content-length: *(\d+)/i;
/** A gateway may write the name behind the inputs. */
const EMBEDDINGS_PATH = /^POST \S*\/embeddings /;
const MODEL = /"model"\s*:\s*"(?:[^"/]*\/)?([^"]*)"/;

/** A chunk of about 240 bytes, as hosted services send them. */
const CHUNK = `data: ${JSON.stringify({
  id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  object: "chat.completion.chunk",
  created: 1_741_570_283,
  model: "gpt-4o-2024-08-06",
  system_fingerprint: "fp_fc9f1d7035",
  choices: [{ index: 0, delta: { content: " brown" }, logprobs: null, finish_reason: null }],
})}\n\n`;
const FIRST = CHUNK.replace('{"content":" brown"}', '{"role":"assistant","content":""}');
const LAST = CHUNK.replace('{"content":" brown"}', "{}").replace('"finish_reason":null', '"finish_reason":"stop"');
const USAGE = `data: ${JSON.stringify({
  id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  object: "chat.completion.chunk",
  created: 1_741_570_283,
  model: "gpt-4o-2024-08-06",
  choices: [],
  usage: { prompt_tokens: 412, completion_tokens: 200, total_tokens: 612 },
})}\n\n`;
const DONE = "data: [DONE]\n\n";

const STREAM_HEAD =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n" +
  "openai-processing-ms: 212\r\nx-request-id: req_7f2d\r\nx-ratelimit-limit-requests: 10000\r\n" +
  "x-ratelimit-remaining-requests: 9999\r\ndate: Mon, 01 Jan 2026 00:00:00 GMT\r\n\r\n";

const JSON_REPLY = wholeReply({
  id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  object: "chat.completion",
  created: 1_741_570_283,
  model: "gpt-4o-2024-08-06",
  choices: [
    { index: 0, message: { role: "assistant", content: "The quick brown fox. ".repeat(30) }, finish_reason: "stop" },
  ],
  usage: { prompt_tokens: 412, completion_tokens: 150, total_tokens: 562 },
  system_fingerprint: "fp_fc9f1d7035",
});
const EMBEDDINGS_REPLY = wholeReply({
  object: "list",
  model: "text-embedding-3-small",
  data: Array.from({ length: 96 }, (_, index) => ({
    object: "embedding",
    index,
    embedding: Buffer.from(Float32Array.from({ length: 256 }, (_unused, at) => Math.sin(index + at)).buffer).toString(
      "base64",
    ),
  })),
  usage: { prompt_tokens: 960, total_tokens: 960 },
});
const LIST_REPLY = wholeReply({
  object: "list",
  data: [{ id: "json", object: "model", created: 1, owned_by: "mock" }],
});

function wholeReply(value: unknown): Buffer {
  const body = JSON.stringify(value);
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      "openai-processing-ms: 212\r\nx-request-id: req_7f2d\r\nx-ratelimit-limit-requests: 10000\r\n" +
      `x-ratelimit-remaining-requests: 9999\r\ndate: Mon, 01 Jan 2026 00:00:00 GMT\r\n\r\n${body}`,
  );
}

const framed = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const CHUNK_FRAME = framed(CHUNK);
const END_FRAMES = framed(LAST) + framed(USAGE) + framed(DONE) + "0\r\n\r\n";

/**
 * The models: `json`, `embed`, `sse-CHUNKS-GAPMS`, where a gap of 0 sends everything at once, and `idle`, a stream
 * that has begun and then says nothing more.
 */
function answer(socket: Socket, model: string): void {
  if (model === "idle") {
    socket.write(STREAM_HEAD + framed(FIRST) + CHUNK_FRAME);
    return;
  }
  const stream = /^sse-(\d+)-(\d+)$/.exec(model);
  if (stream === null) {
    socket.write(model === "embed" ? EMBEDDINGS_REPLY : JSON_REPLY);
    return;
  }
  const [chunks, gapMs] = [Number(stream[1]), Number(stream[2])];
  socket.write(STREAM_HEAD + framed(FIRST));
  if (gapMs === 0) {
    socket.write(CHUNK_FRAME.repeat(chunks) + END_FRAMES);
    return;
  }
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || sent === chunks) clearInterval(timer);
    if (socket.destroyed) return;
    if (sent < chunks) socket.write(CHUNK_FRAME);
    else socket.write(END_FRAMES);
    sent += 1;
  }, gapMs);
}

function serve(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    for (;;) {
      const headEnd = pending.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = pending.toString("latin1", 0, headEnd);
      const bodyStart = headEnd + HEAD_END.length;
      const end = bodyStart + Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
      if (pending.length < end) return;
      // The name stands near the front; the rest of a long body is not looked at.
      const model = MODEL.exec(pending.toString("latin1", bodyStart, Math.min(end, bodyStart + 4096)))?.[1] ?? "";
      pending = pending.subarray(end);
      if (head.startsWith("GET")) socket.write(LIST_REPLY);
      else answer(socket, EMBEDDINGS_PATH.test(head) ? "embed" : model);
    }
  });
}

const [certificate, key] = process.argv.slice(2);
const server: Server =
  certificate === undefined || key === undefined
    ? createServer({ noDelay: true }, serve)
    : createSecureServer({ noDelay: true, cert: readFileSync(certificate), key: readFileSync(key) }, serve);
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.stdout.write(`${address.port}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
