/** Under the 5 s after which llama-server closes an idle connection, so that few requests meet a closing one. */
export const IDLE_CONNECTION_MS = 4000;

/** How much earlier than the server we close: what we send must still reach it in time. */
const MARGIN_MS = 1000;

/** How long a connection may wait for its next request; 0 where the server leaves no time for one. */
export function idleLimitOf(headers: Readonly<Record<string, string>>): number {
  const hint = headers["keep-alive"];
  if (hint === undefined) return IDLE_CONNECTION_MS;
  const seconds = /(?:^|[\s,])timeout=(\d{1,9})/i.exec(hint)?.[1];
  if (seconds === undefined) return IDLE_CONNECTION_MS;
  return Math.max(0, Math.min(IDLE_CONNECTION_MS, Number(seconds) * 1000 - MARGIN_MS));
}
