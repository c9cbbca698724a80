import type { UpstreamExchange } from "../scripted-upstream/exchange.ts";
import { chunk, streamHead } from "../scripted-upstream/reply-bytes.ts";
import { after, batched, endless, filler, numbered } from "./endless.ts";
import { stream, ANSWER, BEGUN, headerLine } from "./hostile-replies.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";

/** Servers that abuse the chunked coding, or go on behind the end. */
export const FRAMING: readonly HostileUpstream[] = [
  {
    name: "a malformed chunk size",
    ask: "stream",
    kind: "protocol",
    script: async (exchange) => {
      await exchange.send(streamHead() + chunk(BEGUN).toString("latin1"));
      await exchange.sendWhileOpen(after("zz\r\n", endless(filler())));
    },
  },
  {
    name: "a chunk extension that never ends",
    ask: "stream",
    kind: "protocol",
    script: async (exchange) => {
      await exchange.send(streamHead());
      await exchange.sendWhileOpen(after("5;", endless(filler())));
    },
  },
  {
    name: "trailers that never end, behind half an answer",
    ask: "stream",
    kind: "protocol",
    script: (exchange) => trailers(exchange, BEGUN),
  },
  {
    name: "trailers that never end, behind an answer",
    ask: "stream",
    kind: undefined,
    script: (exchange) => trailers(exchange, `${ANSWER}data: [DONE]\n\n`),
  },
  {
    name: "a stream that goes on behind its end",
    ask: "stream",
    kind: undefined,
    script: stream(() => after<string | Uint8Array>(`${ANSWER}data: [DONE]\n\n`, endless(filler()))),
  },
];

async function trailers(exchange: UpstreamExchange, events: string): Promise<void> {
  await exchange.send(streamHead({ trailer: "x" }) + chunk(events).toString("latin1"));
  await exchange.sendWhileOpen(after("0\r\n", batched(numbered(headerLine))));
}
