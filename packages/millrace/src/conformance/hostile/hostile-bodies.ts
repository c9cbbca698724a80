import { createBrotliCompress, createDeflate, createGzip, createZstdCompress } from "node:zlib";
import { chunk, head } from "../scripted-upstream/reply-bytes.ts";
import { after, batched, compressed, endless, filler, numbered } from "./endless.ts";
import { DEEP, document, JSON_HEAD, MiB, type Pieces, QUIET, stream } from "./hostile-replies.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";

const BOMB_LINE = (): Pieces => after<string | Uint8Array>("data: ", endless(filler(MiB)));

/** Servers whose bodies are bombs, or documents without end. */
export const BODIES: readonly HostileUpstream[] = [
  {
    name: "a gzip bomb",
    ask: "stream",
    kind: "protocol",
    script: stream(() => compressed(BOMB_LINE(), createGzip()), { "content-encoding": "gzip" }),
  },
  {
    name: "a deflate bomb of comments",
    ask: "stream",
    kind: "protocol",
    shortLimits: QUIET,
    script: stream(() => compressed(endless(": x\n\n".repeat(200_000)), createDeflate()), {
      "content-encoding": "deflate",
    }),
  },
  {
    name: "a Brotli bomb",
    ask: "stream",
    kind: "protocol",
    script: stream(() => compressed(BOMB_LINE(), createBrotliCompress({ params: { 1: 1 } })), {
      "content-encoding": "br",
    }),
  },
  {
    name: "a Zstandard bomb",
    ask: "whole",
    kind: "protocol",
    script: document(
      () => compressed(after<string | Uint8Array>('{"a":"', endless(filler(MiB))), createZstdCompress()),
      head(200, { "content-type": "application/json", "transfer-encoding": "chunked", "content-encoding": "zstd" }),
    ),
  },
  {
    name: "a bomb in a bomb",
    ask: "stream",
    kind: "protocol",
    script: stream(() => compressed(compressed(BOMB_LINE(), createGzip()), createGzip()), {
      "content-encoding": "gzip, gzip",
    }),
  },
  {
    name: "codings without end",
    ask: "stream",
    kind: "protocol",
    script: stream(() => compressed(BOMB_LINE(), createGzip()), {
      "content-encoding": Array.from({ length: 5000 }, () => "gzip").join(","),
    }),
  },
  {
    name: "JSON that never ends, for a stream",
    ask: "stream",
    kind: "protocol",
    script: document(() => after<string | Uint8Array>('{"choices":[{"message":{"content":"', endless(filler()))),
  },
  {
    name: "JSON that never ends",
    ask: "whole",
    kind: "protocol",
    script: document(() => after<string | Uint8Array>('{"choices":[{"message":{"content":"', endless(filler()))),
  },
  {
    name: "JSON nested a million deep, whole",
    ask: "whole",
    kind: "protocol",
    script: async (exchange) => {
      await exchange.send(JSON_HEAD);
      await exchange.send(chunk(`{"choices":[{"message":{"content":"x","x":${DEEP}}}]}`));
      await exchange.send("0\r\n\r\n");
    },
  },
  {
    name: "white space before JSON that never comes",
    ask: "whole",
    kind: "protocol",
    script: document(() => endless(filler(64 * 1024, "\n"))),
  },
  {
    name: "an error that never ends",
    ask: "stream",
    kind: "server",
    script: document(
      () => after<string | Uint8Array>('{"error":{"message":"', endless(filler())),
      head(500, { "content-type": "application/json", "transfer-encoding": "chunked" }),
    ),
  },
  {
    name: "a web page that never ends",
    ask: "stream",
    kind: "protocol",
    script: document(
      () => after<string | Uint8Array>("<html>", endless(filler())),
      head(200, { "content-type": "text/html", "transfer-encoding": "chunked" }),
    ),
  },
  {
    name: "vectors that never end",
    ask: "embeddings",
    kind: "protocol",
    limits: { replyBodyBytes: 16 * MiB },
    script: document(() => after('{"data":[{"index":0,"embedding":[0.5', endless(",0.25".repeat(12_000)))),
  },
  {
    name: "models that never end",
    ask: "models",
    kind: "protocol",
    script: document(() => after('{"data":[{"id":"m"}', batched(numbered((n) => `,{"id":"model-${n}"}`)))),
  },
];
