import { Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { ProviderError, providerError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { ReplyBody } from "./transport.ts";

/** Streaming decoders by content coding; zstd is there from Node 22.15 on. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
};

/**
 * The body without its content coding. What is decoded is given as it comes, so a stream that is
 * flushed per event stays a stream; and it is decoded only as fast as it is read, so a small body that
 * grows without end costs no memory.
 *
 * @throws {ProviderError} `protocol` for a coding nobody asked for
 */
export function decodedBody(body: ReplyBody, contentEncoding: string | undefined): ReplyBody {
  const codings = (contentEncoding ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  return codings.reduceRight<ReplyBody>((inner, coding) => {
    const create = DECODERS[coding];
    if (create === undefined) {
      body.destroy();
      throw providerError(failureOf("protocol", `The reply is encoded as "${coding}", which cannot be read.`));
    }
    return new DecodedBody(inner, create());
  }, body);
}

class DecodedBody implements ReplyBody {
  readonly #inner: ReplyBody;
  readonly #decoder: Transform;

  constructor(inner: ReplyBody, decoder: Transform) {
    this.#inner = inner;
    this.#decoder = decoder;
  }

  contentSeen(): void {
    this.#inner.contentSeen();
  }

  destroy(): void {
    this.#inner.destroy();
    this.#decoder.destroy();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const source = Readable.from(this.#inner, { objectMode: false, highWaterMark: 16 * 1024 });
    // An error of the source must reach the reader, who only sees the decoder.
    source.on("error", (error) => this.#decoder.destroy(error));
    source.pipe(this.#decoder);
    try {
      for await (const chunk of this.#decoder as AsyncIterable<Uint8Array>) yield chunk;
    } catch (error) {
      throw decodingFailure(error);
    } finally {
      source.destroy();
      this.destroy();
    }
  }
}

function decodingFailure(error: unknown): unknown {
  if (error instanceof ProviderError || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : error.message;
  return code === "Z_BUF_ERROR"
    ? providerError(failureOf("truncated", `The compressed reply ended early (${code}).`), { cause: error })
    : providerError(failureOf("protocol", `The compressed reply cannot be decoded (${code}).`), { cause: error });
}
