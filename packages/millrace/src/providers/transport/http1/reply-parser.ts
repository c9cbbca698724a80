import { ChunkFraming } from "./chunk-framing.ts";
import { FieldLines } from "./field-lines.ts";
import { type ReplyHead, replyHeadOf } from "./reply-head.ts";
import { ReplyError } from "./reply-error.ts";

export interface ReplyListener {
  /** Interim responses (status 1xx) too; the reply follows them. */
  onHead(head: ReplyHead): void;
  /** A stretch of the body, in the bytes that are being read. */
  onBody(from: number, to: number): void;
}

type State = "head" | "length" | "chunked" | "trailers" | "until-close" | "done";

/**
 * Finds one reply in bytes that may be cut anywhere. As strict as llhttp, and stricter where a reply could
 * be read in two ways. It holds no body.
 */
export class ReplyParser {
  readonly #listener: ReplyListener;
  readonly #lines = new FieldLines();
  readonly #chunks = new ChunkFraming();
  #state: State = "done";
  #head: ReplyHead | undefined;
  /** Of a body with a length: what is still to come. */
  #left = 0;

  constructor(listener: ReplyListener) {
    this.#listener = listener;
  }

  /** A request went out: the next byte is its reply's first. */
  begin(): void {
    this.#head = undefined;
    this.#state = "head";
    this.#lines.begin(true);
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** In a body that the end of the connection ends. */
  get isUntilClose(): boolean {
    return this.#state === "until-close";
  }

  get keepsConnection(): boolean {
    return this.#head?.keepsConnection === true;
  }

  /**
   * @returns where the reply ended in `bytes`, or their length
   * @throws {ReplyError} for what is no valid reply
   */
  read(bytes: Buffer): number {
    const to = bytes.length;
    let at = 0;
    while (at < to && this.#state !== "done") at = this.#readOn(bytes, at);
    return at;
  }

  /** What the end of the connection means now: nothing where the body ends so, else the reply was cut. */
  end(): ReplyError | undefined {
    if (this.#state === "until-close") {
      this.#state = "done";
      return undefined;
    }
    return this.#state === "length" && !this.keepsConnection
      ? new ReplyError("UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "The reply is shorter than its content-length.")
      : new ReplyError("UND_ERR_SOCKET", "The server closed the connection.");
  }

  /** Gives where it got to; it always gets somewhere. */
  #readOn(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case "head":
        return this.#readHead(bytes, at);
      case "length":
        return this.#readLength(bytes, at);
      case "chunked":
        return this.#readChunks(bytes, at);
      case "trailers":
        return this.#readTrailers(bytes, at);
      default:
        this.#listener.onBody(at, bytes.length);
        return bytes.length;
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const end = this.#lines.take(bytes, at);
    if (!this.#lines.isComplete) return end;
    const head = replyHeadOf(this.#lines);
    if (head.status < 200) this.begin();
    else this.#enter(head);
    this.#listener.onHead(head);
    return end;
  }

  #enter(head: ReplyHead): void {
    this.#head = head;
    this.#left = head.length;
    this.#state = head.framing === "none" ? "done" : head.framing;
    if (head.framing === "chunked") this.#chunks.begin();
  }

  #readLength(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#state = "done";
    this.#listener.onBody(at, end);
    return end;
  }

  #readChunks(bytes: Buffer, at: number): number {
    const chunks = this.#chunks;
    if (!chunks.isInData) {
      const end = chunks.take(bytes, at);
      if (!chunks.isLast) return end;
      this.#state = "trailers";
      this.#lines.begin(false);
      return end;
    }
    const end = Math.min(bytes.length, at + chunks.left);
    chunks.left -= end - at;
    if (chunks.left === 0) chunks.dataTaken();
    this.#listener.onBody(at, end);
    return end;
  }

  #readTrailers(bytes: Buffer, at: number): number {
    const end = this.#lines.take(bytes, at);
    if (this.#lines.isComplete) this.#state = "done";
    return end;
  }
}
