import { setImmediate as turn } from "node:timers/promises";
import type { UpstreamExchange } from "../../scripted-upstream/exchange.ts";
import { chunk, DONE_EVENT, event, LAST_CHUNK, streamHead } from "../../scripted-upstream/reply-bytes.ts";

/** The first path segment of the server that warms a subject up. */
export const HONEST = "honest";

/** An ordinary answer that makes a subject's code, buffers and heap what they are at work. */
export async function honestReply(exchange: UpstreamExchange): Promise<void> {
  await exchange.send(streamHead());
  const text = event({ id: "c", model: "m", choices: [{ index: 0, delta: { content: "word ".repeat(200) } }] });
  for (let n = 0; n < 200; n += 1) {
    await exchange.send(chunk(text.repeat(8)));
    await turn();
  }
  await exchange.send(
    chunk(event({ id: "c", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) + DONE_EVENT),
  );
  await exchange.send(LAST_CHUNK);
}
