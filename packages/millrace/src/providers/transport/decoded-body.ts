import { Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { ProviderError, providerError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { ReplyBody } from "./transport.ts";

/** Makes the decoder of a body that begins with this byte; of an empty one there is none. */
type CreateDecoder = (firstByte: number | undefined) => Transform;

/** Streaming decoders by content coding; zstd is there from Node 22.15 on. */
const DECODERS: Readonly<Record<string, CreateDecoder>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  // The standard means zlib's form of it; some servers send what the name says. Zlib's head has an 8 in it.
  deflate: (firstByte = 0x78) => ((firstByte & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
};

/** More layers than this are no compression but an attack. */
const CODINGS_MAX = 4;

/**
 * The body without its content coding. What is decoded is given as it comes, so a stream that is
 * flushed per event stays a stream; and it is decoded only as fast as it is read, so a small body that
 * grows without end costs no memory.
 *
 * @throws {ProviderError} `protocol` for a coding nobody asked for, or too many of them
 */
export function decodedBody(body: ReplyBody, contentEncoding: string | undefined): ReplyBody {
  const codings = (contentEncoding ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > CODINGS_MAX) {
    body.destroy();
    throw providerError(failureOf("protocol", `The reply is encoded ${codings.length} times over.`));
  }
  return codings.reduceRight<ReplyBody>((inner, coding) => {
    const create = DECODERS[coding];
    if (create === undefined) {
      body.destroy();
      throw providerError(failureOf("protocol", `The reply is encoded as "${coding}", which cannot be read.`));
    }
    return new DecodedBody(inner, create);
  }, body);
}

class DecodedBody implements ReplyBody {
  readonly #inner: ReplyBody;
  readonly #create: CreateDecoder;
  #decoder: Transform | undefined;

  constructor(inner: ReplyBody, create: CreateDecoder) {
    this.#inner = inner;
    this.#create = create;
  }

  contentSeen(): void {
    this.#inner.contentSeen();
  }

  destroy(): void {
    this.#inner.destroy();
    this.#decoder?.destroy();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const chunks = this.#inner[Symbol.asyncIterator]();
    const first = await chunks.next();
    const decoder = this.#create(first.done === true ? undefined : first.value[0]);
    this.#decoder = decoder;
    const source = Readable.from(withFirst(first, chunks), { objectMode: false, highWaterMark: 16 * 1024 });
    // An error of the source must reach the reader, who only sees the decoder.
    source.on("error", (error) => decoder.destroy(error));
    source.pipe(decoder);
    try {
      for await (const chunk of decoder as AsyncIterable<Uint8Array>) yield chunk;
    } catch (error) {
      throw decodingFailure(error);
    } finally {
      source.destroy();
      this.destroy();
    }
  }
}

async function* withFirst(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

function decodingFailure(error: unknown): unknown {
  if (error instanceof ProviderError || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : error.message;
  return code === "Z_BUF_ERROR"
    ? providerError(failureOf("truncated", `The compressed reply ended early (${code}).`), { cause: error })
    : providerError(failureOf("protocol", `The compressed reply cannot be decoded (${code}).`), { cause: error });
}
