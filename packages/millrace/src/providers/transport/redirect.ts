import { providerError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { TransportReply, TransportRequest } from "./transport.ts";

/**
 * Where a reply redirects the request to, if it does and may be followed there: to the same origin, and
 * never by turning a POST into a GET.
 *
 * @throws {ProviderError} `protocol`, naming the target, for a redirect that is not followed
 */
export function redirectOf(request: TransportRequest, reply: TransportReply): string | undefined {
  const { location } = reply.headers;
  if (![301, 302, 303, 307, 308].includes(reply.status) || location === undefined) return undefined;
  const from = new URL(request.url);
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const keepsRequest = reply.status === 307 || reply.status === 308 || request.method === "GET";
  if (to !== undefined && to.origin === from.origin && to.protocol === from.protocol && keepsRequest) return to.href;
  reply.body.destroy();
  const target = to === undefined ? JSON.stringify(location.slice(0, 200)) : `${to.origin}${to.pathname}`;
  const why = keepsRequest
    ? "The key is not sent to another origin: if that is the right server, make it the base URL."
    : "A request is not turned into another one: if that is the right path, make it the base URL.";
  throw providerError(failureOf("protocol", `${from.host} redirects to ${target} (${reply.status}). ${why}`));
}
