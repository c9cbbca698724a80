import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, isIPv6, type Socket } from "node:net";
import type { Gateway } from "../../gateway/gateway.ts";
import { Cancellation } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import { encodeChatError } from "../../wire/chat-completions/error.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { ListenAddress } from "../config/settings.ts";
import { NodeClientReply } from "./client-reply.ts";
import { NodeClientRequest } from "./client-request.ts";

export interface Listener {
  readonly url: string;
  /** Takes no more connections, and ends those that carry no request. */
  stopAccepting(): void;
  /** Ends every connection, whatever it carries. */
  close(): Promise<void>;
}

/** A head that takes longer than this to come is no honest client's. */
const HEAD_MS = 30_000;
const HEAD_BYTES_MAX = 32 * 1024;
/** Longer than the idle time of common load balancers, so that they close first. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Listens for clients.
 *
 * @throws what `node:net` throws when the address cannot be had
 */
export async function listen(gateway: Gateway, address: ListenAddress, clock: Clock): Promise<Listener> {
  const server = createServer({
    maxHeaderSize: HEAD_BYTES_MAX,
    headersTimeout: HEAD_MS,
    // The body has a clock of its own; a long upload is not a slow client.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    noDelay: true,
    // Its absence is refused here, with a body that says so.
    requireHostHeader: false,
  });
  server.on("request", (message, response) => serve(gateway, clock, message, response));
  // Only who gets past the checks of the head is asked for the body.
  server.on("checkContinue", (message, response) => {
    serve(gateway, clock, message, response, () => response.writeContinue());
  });
  server.on("checkExpectation", (message) => endWith(message.socket, EXPECTATION_REFUSED));
  server.on("upgrade", (_message, socket: Socket) => endWith(socket, UPGRADE_REFUSED));
  server.on("connect", (_message, socket: Socket) => endWith(socket, TUNNEL_REFUSED));
  server.on("clientError", (error: Error & { code?: string }, socket: Socket) => endWith(socket, badRequest(error)));
  server.listen({ port: address.port, host: address.host, reusePort: address.shared === true });
  await once(server, "listening");
  const { address: host, port } = server.address() as AddressInfo;
  return {
    url: urlOf({ host, port }),
    stopAccepting() {
      server.close();
      server.closeIdleConnections();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, "close");
    },
  };
}

function serve(
  gateway: Gateway,
  clock: Clock,
  message: IncomingMessage,
  response: ServerResponse,
  invite: () => void = () => undefined,
): void {
  if (message.headers.host === undefined && message.httpVersion === "1.1") {
    endWith(message.socket, HOST_MISSING);
    return;
  }
  const left = new Cancellation();
  const request = new NodeClientRequest(message, left, clock, invite);
  // `handle` never rejects; what it could not serve it has told the client and the log.
  void gateway.handle(request, new NodeClientReply(message, response, left)).then(() => {
    // What is left of a body that nobody read must not keep the connection busy.
    if (!message.complete) message.resume();
  });
}

/** The URL of what listens there, where the host is an address. */
export function urlOf({ host, port }: ListenAddress): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

const HOST_MISSING = rawReply(
  400,
  "Bad Request",
  "missing_host",
  "The request has no host header, which HTTP/1.1 asks for. Send one.",
);

const EXPECTATION_REFUSED = rawReply(
  417,
  "Expectation Failed",
  "unsupported_expectation",
  "Of the expect header only 100-continue is understood. Send the request without it.",
);

const TUNNEL_REFUSED = rawReply(
  405,
  "Method Not Allowed",
  "method_not_allowed",
  "This is no proxy, so CONNECT is not served. Use its URL as the base URL of an API.",
);

const UPGRADE_REFUSED = rawReply(
  426,
  "Upgrade Required",
  "unsupported_upgrade",
  "Connections are not upgraded here. Send plain HTTP requests.",
);

/** What `node:http` refused to parse, or did not get in time. */
function badRequest({ code = "" }: { readonly code?: string }): string {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return rawReply(
      408,
      "Request Timeout",
      "head_timeout",
      `The request's head did not come within ${HEAD_MS / 1000} s.`,
    );
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    return rawReply(
      431,
      "Request Header Fields Too Large",
      "head_too_large",
      `The request's head has more than ${HEAD_BYTES_MAX} bytes.`,
    );
  }
  return rawReply(400, "Bad Request", "malformed_http", `This is not a valid HTTP request (${code}).`);
}

function rawReply(status: number, reason: string, code: string, message: string): string {
  const { body } = encodeChatError(failureOf("bad_request", message, { fault: "client", code, status }));
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${reason}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    "connection: close",
    ...(status === 426 ? ["upgrade: HTTP/1.1"] : []),
    "",
    text,
  ].join("\r\n");
}

function endWith(socket: Socket, reply: string): void {
  // The peer may be gone already, which is an answer too.
  socket.on("error", () => socket.destroy());
  if (socket.writable) socket.end(reply, () => socket.destroySoon());
  else socket.destroy();
}
