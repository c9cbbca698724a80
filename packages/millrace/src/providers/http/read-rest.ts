import type { Clock } from "../../model/clock.ts";

/** How long, and for how many chunks, the rest of a complete reply is waited for. */
const REST_MS = 100;
const REST_CHUNKS = 16;

/**
 * Reads what follows a complete answer, which is next to nothing, so that its connection can carry the
 * next request. A server that does not come to an end soon loses the connection, through `close`.
 */
export async function readRest(chunks: AsyncIterator<Uint8Array>, clock: Clock, close: () => void): Promise<void> {
  const timer = clock.setTimer(REST_MS, close);
  try {
    for (let read = 0; read < REST_CHUNKS; read += 1) {
      const next = await chunks.next();
      if (next.done === true) break;
    }
  } catch {
    // A connection that breaks after the answer is complete has broken nothing.
  } finally {
    timer.cancel();
    close();
  }
}
