import { head } from "../scripted-upstream/reply-bytes.ts";
import { after, batched, endless, filler, numbered } from "./endless.ts";
import { reply, headerLine } from "./hostile-replies.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";

/** Servers that never come to a reply. */
export const HEADS: readonly HostileUpstream[] = [
  {
    name: "endless headers",
    ask: "stream",
    kind: "protocol",
    script: (exchange) => exchange.sendWhileOpen(after("HTTP/1.1 200 OK\r\n", batched(numbered(headerLine)))),
  },
  {
    name: "one endless header",
    ask: "stream",
    kind: "protocol",
    script: (exchange) => exchange.sendWhileOpen(after("HTTP/1.1 200 OK\r\nx: ", endless(filler()))),
  },
  {
    name: "endless interim responses",
    ask: "stream",
    kind: "protocol",
    script: (exchange) =>
      exchange.sendWhileOpen(endless("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(1000))),
  },
  {
    name: "endless redirects",
    ask: "stream",
    kind: "protocol",
    script: (exchange, index) => {
      const location = `${exchange.request.path.replace(/\?.*/, "")}?${index}`;
      return reply(exchange, head(307, { location, "transfer-encoding": "chunked" }), endless(filler()));
    },
  },
  {
    name: "a status line that never ends",
    ask: "stream",
    kind: "protocol",
    script: (exchange) => exchange.sendWhileOpen(after("HTTP/1.1 200 ", endless(filler()))),
  },
];
