import { providerError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Attempted } from "../exchange.ts";
import { clientLeft } from "../refusal.ts";
import { answerHead, answerStreamHead } from "../reply-headers.ts";

/**
 * Sends the answer at the client's pace: the next piece is not read from the upstream before the
 * client has taken the last.
 *
 * @throws {ProviderError} what went wrong on the way, after content
 * @throws {RefusalError} when the client left
 */
export function relay(attempted: Attempted): Promise<void> {
  return attempted.relay.streamed ? sendStream(attempted) : sendWhole(attempted);
}

async function sendStream(attempted: Attempted): Promise<void> {
  const { outlet, relay: upstream, request, ports } = attempted;
  outlet.head(200, answerStreamHead(attempted));
  for (;;) {
    const bytes = await upstream.next();
    if (bytes === undefined) break;
    if (bytes.length > 0 && !outlet.write(bytes)) await outlet.drained();
    if (request.signal.aborted) throw clientLeft();
  }
  outlet.end();
  await upstream.release(ports.clock);
}

async function sendWhole(attempted: Attempted): Promise<void> {
  const { outlet, relay: upstream, reply, request, ports } = attempted;
  const bytes = (await upstream.next()) ?? new Uint8Array();
  if (request.signal.aborted) throw clientLeft();
  if (outlet.status !== undefined) {
    // A keep-alive has opened an event stream, and one JSON document is no event.
    throw providerError(failureOf("protocol", "The model server answered a request for a stream with one document."));
  }
  outlet.head(reply.status, answerHead(attempted, bytes.length));
  outlet.end(bytes);
  await upstream.release(ports.clock);
}
