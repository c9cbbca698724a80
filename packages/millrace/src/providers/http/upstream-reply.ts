import { readBody } from "../transport/read-body.ts";
import type { ReplyBody, TransportReply } from "../transport/transport.ts";
import type { CallLease } from "./call-lease.ts";
import type { FailureReporter } from "./failure-reporter.ts";
import { requestIdOf } from "./request-id.ts";

/** A server's reply. Whoever has it ends it: by reading it whole, or with `close`. */
export class UpstreamReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string | undefined;
  readonly body: ReplyBody;
  readonly #lease: CallLease;
  readonly #failures: FailureReporter;

  constructor(reply: TransportReply, lease: CallLease, failures: FailureReporter) {
    this.status = reply.status;
    this.headers = reply.headers;
    this.requestId = requestIdOf(reply.headers);
    this.body = reply.body;
    this.#lease = lease;
    this.#failures = failures;
  }

  get contentType(): string | undefined {
    return this.headers["content-type"];
  }

  /** Reads a body to its end, as UTF-8, and ends the call. */
  async text(
    limit: { readonly maxBytes: number; readonly cut?: boolean },
    body: ReplyBody = this.body,
  ): Promise<string> {
    return new TextDecoder().decode(await this.bytes(limit, body));
  }

  /** Reads a body to its end and ends the call. */
  async bytes(
    limit: { readonly maxBytes: number; readonly cut?: boolean },
    body: ReplyBody = this.body,
  ): Promise<Uint8Array> {
    try {
      return await readBody(body, limit);
    } catch (error) {
      throw this.#failures.from(error, { requestId: this.requestId });
    } finally {
      this.close();
    }
  }

  /** Ends the call; what was not read of the body is given up. Safe to call twice. */
  close(): void {
    this.body.destroy();
    this.#lease.end();
  }
}
