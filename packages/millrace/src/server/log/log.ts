import type { Log } from "../../gateway/ports.ts";
import type { Warning } from "../../model/warning.ts";

export type LogFormat = "text" | "json";

/** A log that can be brought to an end. */
export interface ServerLog extends Log {
  readonly format: LogFormat;
  /** Takes whole lines that were written elsewhere, in the same format. */
  append(lines: string): void;
  /** Writes what is still held. */
  flush(): void;
}

type Fields = Readonly<Record<string, unknown>>;
type Level = "info" | "warn" | "error";

/** How long a line about something ordinary may wait for others to be written with it, in milliseconds. */
const INFO_WAIT_MS = 20;

/** Lines go out in few writes, and a request waits for none: what is ordinary after a moment, the rest at once. */
export function createLog(format: LogFormat, write: (text: string) => void, wallNow: () => number): ServerLog {
  let held = "";
  let waiting: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    const text = held;
    held = "";
    if (text !== "") write(text);
  };
  const line = format === "json" ? jsonLine : textLine;
  const append = (lines: string): void => {
    waiting ??= setTimeout(flush, INFO_WAIT_MS);
    held += lines;
  };
  const time = isoClock(wallNow);
  const log = (level: Level, event: string, fields: Fields): void => {
    append(line(time(), level, event, fields));
    if (level !== "info") setImmediate(flush);
  };
  return {
    format,
    append,
    info: (event, fields) => log("info", event, fields),
    warn: (event, fields) => log("warn", event, fields),
    error: (event, fields) => log("error", event, fields),
    flush,
  };
}

/** Tells the log what is odd about a provider. */
export function logWarnings(log: Log): (warning: Warning) => void {
  return ({ code, message }) => log.warn(code, { message });
}

/** Now, as ISO 8601 in UTC. Many lines share a millisecond. */
function isoClock(wallNow: () => number): () => string {
  let atMs = Number.NaN;
  let text = "";
  return () => {
    const nowMs = wallNow();
    if (nowMs !== atMs) {
      atMs = nowMs;
      text = new Date(nowMs).toISOString();
    }
    return text;
  };
}

function jsonLine(time: string, level: Level, event: string, fields: Fields): string {
  const rest = JSON.stringify(fields).slice(1);
  return `{"time":"${time}","level":"${level}","event":${JSON.stringify(event)}${rest === "}" ? "" : ","}${rest}\n`;
}

function textLine(time: string, level: Level, event: string, fields: Fields): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${word(value)}`);
  return `${[time.slice(11, 23), level, event, ...pairs].join(" ")}\n`;
}

/** Quoted where it would not read as one word; JSON escapes keep a line one line. */
function word(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}
