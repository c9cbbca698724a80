import { failureOf } from "../failure/kinds.ts";
import { parseJson } from "../json/parse.ts";
import type { Parsed } from "../json/parse.ts";
import { ReplyFault } from "./reply-fault.ts";

/** What a body without event framing came to. */
export type UnframedEnd =
  /** One document; `value` may have failed to parse. */
  | { readonly kind: "document"; readonly parsed: Parsed }
  /** JSON lines; `lines` are the last of them. */
  | { readonly kind: "lines"; readonly lines: readonly string[] };

const LF = 0x0a;

/**
 * A body that begins like JSON where events were expected: one document, which is only known when the
 * body is over, or JSON lines, which are given as they come. The first line tells which.
 */
export class UnframedBody {
  readonly #maxBytes: number;
  readonly #maxCost: number;
  readonly #isChunk: (line: Parsed) => boolean;
  readonly #text = new TextDecoder();
  #pending = "";
  #bytes = 0;
  #kind: "undecided" | "document" | "lines" = "undecided";

  /** `isChunk`: whether a first line is a chunk of a stream rather than (part of) a whole reply. */
  constructor(options: {
    readonly maxBytes: number;
    readonly maxCost: number;
    readonly isChunk: (line: Parsed) => boolean;
  }) {
    this.#maxBytes = options.maxBytes;
    this.#maxCost = options.maxCost;
    this.#isChunk = options.isChunk;
  }

  /** The lines that these bytes complete. Throws a {@link ReplyFault} when too much is pending. */
  push(bytes: Uint8Array): string[] {
    this.#bytes += bytes.length;
    this.#pending += this.#text.decode(bytes, { stream: true });
    const endsLine = bytes.includes(LF);
    if (endsLine && this.#kind === "undecided") this.#decide();
    const lines = endsLine && this.#kind === "lines" ? this.#takeLines() : [];
    if (this.#bytes > this.#maxBytes) throw new ReplyFault(tooLarge(this.#maxBytes));
    return lines;
  }

  end(): UnframedEnd {
    const rest = this.#pending + this.#text.decode();
    this.#pending = "";
    if (this.#kind === "lines") return { kind: "lines", lines: rest.trim() === "" ? [] : [rest] };
    const parsed = parseJson(rest, this.#maxCost);
    if (this.#kind === "undecided" && this.#isChunk(parsed)) return { kind: "lines", lines: [rest] };
    return { kind: "document", parsed };
  }

  #decide(): void {
    this.#pending = this.#pending.trimStart();
    const end = this.#pending.indexOf("\n");
    if (end === -1) return;
    const first = parseJson(this.#pending.slice(0, end), this.#maxCost);
    this.#kind = this.#isChunk(first) ? "lines" : "document";
  }

  #takeLines(): string[] {
    const lines = this.#pending.split("\n");
    this.#pending = lines.pop() ?? "";
    this.#bytes = this.#pending.length;
    return lines.filter((line) => line.trim() !== "");
  }
}

function tooLarge(maxBytes: number): ReplyFault["failure"] {
  return failureOf("protocol", `The model server's reply is larger than ${maxBytes} bytes; reading stopped`);
}
