import { failureOf } from "../wire/failure/kinds.ts";
import type { ClientRequest } from "./ports.ts";
import { RefusalError } from "./refusal.ts";

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
const LOOPBACK_ADDRESS = /^(?:127\.|::1$|::ffff:127\.)/;

/**
 * A gateway that asks for no key trusts whoever can connect, which on this machine is every page in a browser too.
 * A page says where it is from; one that was pointed at this machine by a name of its own (DNS rebinding) sends that
 * name as the host.
 *
 * @throws {RefusalError} 403
 */
export function refuseForeignPage({ headers, remoteAddress }: ClientRequest): void {
  const { origin, host } = headers;
  if (typeof origin === "string" && !isOwn(origin)) {
    throw refusal("foreign_origin", `Pages of ${origin} may not call a gateway that asks for no key. Configure keys.`);
  }
  if (LOOPBACK_ADDRESS.test(remoteAddress) && typeof host === "string" && !LOOPBACK_HOST.test(host)) {
    throw refusal("foreign_host", `This gateway asks for no key and is called localhost, not ${host}. Configure keys.`);
  }
}

/** A page that this machine serves. `null` is the origin of pages without one. */
function isOwn(origin: string): boolean {
  const [, host = ""] = /^https?:\/\/([^/]+)$/i.exec(origin) ?? [];
  return LOOPBACK_HOST.test(host);
}

function refusal(code: string, message: string): RefusalError {
  return new RefusalError(failureOf("permission", message, { fault: "client", code, status: 403, retry: "never" }));
}
