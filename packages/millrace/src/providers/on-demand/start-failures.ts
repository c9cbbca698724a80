import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { ProcessExit } from "./process-port.ts";

/** Exit codes by which a shell says that it could not run the command. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** A shell adds the number of the signal to it. */
const SIGNALLED = 128;

/** The process ended before it was ready. Its own words are in the message's end and in `details.output`. */
export function startFailed(exit: ProcessExit, output: readonly string[]): Failure {
  const { code, signal } = exit;
  return failureOf("server", `The server did not start: ${exitText(exit)}.${lastWords(output)}`, {
    code: "start_failed",
    retry: "elsewhere",
    status: 503,
    details: {
      ...(code === undefined ? {} : { exit_code: code }),
      ...(signal === undefined ? {} : { signal }),
      output,
    },
  });
}

/** Something of this machine was in the way, such as a limit on open files. */
export function cannotStart(error: unknown): Failure {
  const message = `The server could not be started: ${error instanceof Error ? error.message : String(error)}`;
  return failureOf("server", message, { fault: "gateway", code: "start_failed", retry: "elsewhere", status: 503 });
}

/** Somebody else listens where the server should. */
export function addressTaken(host: string, port: number): Failure {
  const message = `The server was not started: something else already listens on ${host}:${port}. Stop it, or write {port} in the command and leave base_url out. Providers that use one address need one \`group\`.`;
  return failureOf("server", message, { fault: "gateway", code: "start_failed", retry: "elsewhere", status: 503 });
}

/** @param last what the server's health check said last, where it said anything */
export function startTimeout(limitMs: number, last: Failure | undefined, output: readonly string[]): Failure {
  const said = last === undefined ? "" : ` It last said: ${last.message}`;
  const message = `The server was not ready within ${seconds(limitMs)}, its \`start_timeout\`, and was stopped.${said}${lastWords(output)}`;
  return failureOf("server", message, {
    code: "start_timeout",
    retry: "elsewhere",
    status: 503,
    details: { setting: "start_timeout", limit_ms: limitMs, output },
  });
}

/** It failed before, and it is too soon to try again. */
export function startsFail(latest: Failure, failures: number, waitMs: number): Failure {
  const times = failures === 1 ? "failed" : `failed ${failures} times`;
  const retryAfterMs = Math.ceil(waitMs);
  const message = `Starting the server ${times}; the next try is in ${seconds(retryAfterMs)}. ${latest.message}`;
  return { ...latest, message, retryAfterMs };
}

/** It started, ended by itself, and it is too soon to start it again. */
export function keepsEnding(exit: ProcessExit, output: readonly string[]): Failure {
  return {
    ...startFailed(exit, output),
    message: `The server ended by itself: ${exitText(exit)}.${lastWords(output)}`,
  };
}

export function roomTimeout(limitMs: number, inside: readonly string[]): Failure {
  const holders = inside.length === 0 ? "" : ` ${inside.join(", ")} ${inside.length === 1 ? "is" : "are"} in use.`;
  const message = `There was no room to start the server within ${seconds(limitMs)}, its \`room_timeout\`.${holders}`;
  return failureOf("overloaded", message, { fault: "gateway", code: "room_timeout" });
}

export function serverClosed(): Failure {
  const message = "The provider is closed: calls have to be made before.";
  return failureOf("connection", message, { fault: "gateway", code: "provider_closed", retry: "elsewhere" });
}

export function exitText({ code, signal, error }: ProcessExit): string {
  if (error !== undefined) return error;
  if (signal !== undefined) return `a signal ended it (${signal})`;
  if (code === NOT_FOUND) return "its program was not found (exit code 127)";
  if (code === NOT_EXECUTABLE) return "its program cannot be run (exit code 126)";
  if (code !== undefined && code > SIGNALLED) return `signal ${code - SIGNALLED} ended it`;
  return `it ended with exit code ${code ?? "unknown"}`;
}

function lastWords(output: readonly string[]): string {
  const last = output.at(-1);
  return last === undefined ? "" : ` Its last words: ${last}`;
}

export function seconds(ms: number): string {
  return `${Math.max(0.1, Math.round(ms / 100) / 10)} s`;
}
