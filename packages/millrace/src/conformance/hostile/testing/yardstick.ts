import { threadMs } from "./thread-time.ts";

const BYTES = 4 * 1024 * 1024;
const ITEM = JSON.stringify({ id: "call-1", function: { name: "f", arguments: "{}" } });

/** What ordinary work costs on this machine now: milliseconds of this thread for parsing 4 MiB of JSON. */
export function yardstickMs(): number {
  const text = `[${Array<string>(Math.ceil(BYTES / ITEM.length))
    .fill(ITEM)
    .join()}]`;
  const startMs = threadMs();
  JSON.parse(text);
  return threadMs() - startMs;
}
