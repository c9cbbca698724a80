/** An interval's longest, after which it only says that somebody still waits. */
const INTERVAL_MS = 2 ** 31 - 1;

/** Keeps the process from ending until the returned function is called: the timers of our clock let it end. */
export function stayAwake(): () => void {
  const interval = setInterval(() => {}, INTERVAL_MS);
  return () => clearInterval(interval);
}
