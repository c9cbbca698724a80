import type { Log } from "../../gateway/ports.ts";

export type LogFormat = "text" | "json";

/** A log that can be brought to an end. */
export interface ServerLog extends Log {
  /** Writes what is still held. */
  flush(): void;
}

type Fields = Readonly<Record<string, unknown>>;
type Level = "info" | "warn" | "error";

/** Lines of one turn of the event loop go out in one write: a request never waits for the log. */
export function createLog(format: LogFormat, write: (text: string) => void, wallNow: () => number): ServerLog {
  let held = "";
  const flush = (): void => {
    const text = held;
    held = "";
    if (text !== "") write(text);
  };
  const line = format === "json" ? jsonLine : textLine;
  const log = (level: Level, event: string, fields: Fields): void => {
    if (held === "") setImmediate(flush);
    held += line(new Date(wallNow()).toISOString(), level, event, fields);
  };
  return {
    info: (event, fields) => log("info", event, fields),
    warn: (event, fields) => log("warn", event, fields),
    error: (event, fields) => log("error", event, fields),
    flush,
  };
}

function jsonLine(time: string, level: Level, event: string, fields: Fields): string {
  return `${JSON.stringify({ time, level, event, ...fields })}\n`;
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
