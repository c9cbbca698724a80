import { ProviderError } from "../model/errors.ts";
import type { Failure } from "../model/failure.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import type { Exchange } from "./exchange.ts";
import { refusalHead } from "./reply-headers.ts";

/** The gateway itself says no, or the client is at fault. Thrown by stages and by `ClientRequest.readBody`. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly failure: Failure;

  constructor(failure: Failure, options: { readonly cause?: unknown } = {}) {
    super(failure.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
  }
}

/** The code of a client's own leaving, the only failure that is nobody's fault. */
export const CLIENT_CLOSED = "client_closed";

/** The code of a defect of the gateway itself. */
export const INTERNAL_ERROR = "internal_error";

/** The client is gone: nobody is told, the record says so. */
export function clientLeft(): RefusalError {
  return new RefusalError(
    failureOf("cancelled", "The client closed its connection before the answer was complete.", {
      fault: "client",
      code: CLIENT_CLOSED,
      status: 499,
      retry: "never",
    }),
  );
}

/**
 * The one door out for everything that went wrong. Before the head the client gets a true status and
 * its dialect's error body; after it, an error event, and the stream ends without its terminal sign.
 */
export function refuse(exchange: Exchange, error: unknown): void {
  const { draft, outlet, dialect, request } = exchange;
  const failure = request.signal.aborted ? clientLeft().failure : failureIn(error, exchange);
  draft.failure = failure;
  if (failure.code === CLIENT_CLOSED) return;
  if (outlet.status === undefined) {
    const encoded = dialect.encodeError(failure);
    const body = TEXT.encode(JSON.stringify(encoded.body));
    outlet.head(encoded.status, refusalHead(exchange, failure, encoded.headers, body.length));
    outlet.end(body);
  } else {
    outlet.end(TEXT.encode(draft.relay?.failureText(failure) ?? dialect.encodeErrorEvent(failure)));
  }
}

/** The failure that an error carries; a defect of ours is logged whole and shown as little. */
function failureIn(error: unknown, exchange: Pick<Exchange, "id" | "ports">): Failure {
  if (error instanceof RefusalError || error instanceof ProviderError) return error.failure;
  exchange.ports.log.error("defect", {
    id: exchange.id,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return failureOf("server", `The gateway failed on request ${exchange.id}; its log says why under that id.`, {
    fault: "gateway",
    code: INTERNAL_ERROR,
    status: 500,
    retry: "never",
  });
}

const TEXT = new TextEncoder();
