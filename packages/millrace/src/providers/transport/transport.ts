import type { CancelSignal } from "../../model/cancellation.ts";
import type { Timeouts } from "../provider.ts";

/** One HTTP request, complete: the URL is absolute and the headers are final. */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Several pieces are one body, sent without being copied together where that pays. */
  readonly body?: Uint8Array | string | readonly Uint8Array[];
  readonly signal?: CancelSignal;
  readonly timeouts: Timeouts;
}

/**
 * The body as it arrives, decoded from any content encoding. Single-use. It throws a `ProviderError`
 * (`timeout`, `connection`, `truncated`, `protocol`, `cancelled`); leaving the iteration early destroys the
 * upstream connection at once.
 */
export interface ReplyBody extends AsyncIterable<Uint8Array> {
  /** All of it, where it has arrived well by now and is no larger; it then counts as read. */
  arrived?(maxBytes: number): readonly Uint8Array[] | undefined;
  /** Stops the first-content clock. The reader calls it, since only the reader knows content. */
  contentSeen(): void;
  /** Ends the connection without reading further. Safe to call twice. */
  destroy(): void;
}

export interface TransportReply {
  readonly status: number;
  /** Lower-case names; repeated headers are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReplyBody;
}

/** The one narrow way out to an upstream. */
export interface Transport {
  /** Resolves when the response's headers are in, whatever their status. Throws a `ProviderError`. */
  send(request: TransportRequest): Promise<TransportReply>;
  close(): Promise<void>;
}
