import { isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { profileOf } from "../../providers/profiles/catalog.ts";
import { systemClock } from "../../providers/transport/system-clock.ts";
import { compose } from "../compose.ts";
import { loadSettings } from "../config/load.ts";
import { type Settings, WORKERS_MAX } from "../config/settings.ts";
import { fileState, watchFile } from "../config/watch.ts";
import { createLog, type LogFormat, type ServerLog } from "../log/log.ts";
import type { Server } from "../server.ts";
import { errorText } from "./error-text.ts";
import { EXIT, UsageError } from "./exit-code.ts";
import { print, printError } from "./output.ts";
import { foundText } from "./report-found.ts";

export interface ServeFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly open?: boolean;
  readonly log?: string;
  readonly workers?: number;
}

/** Serves until it is told to stop. Resolves with the exit code. */
export async function serve(flags: ServeFlags): Promise<number> {
  const log = createLog(
    logFormat(flags.log),
    (text) => process.stderr.write(text),
    () => systemClock.wallNow(),
  );
  const stopped = stopSignal();
  const asRead = fileState(flags.config ?? "");
  const settings = withFlags(await loadSettings(flags.config, process.env), flags);
  const server = await started(settings, log);
  const stopWatching = flags.config === undefined ? undefined : keepUpToDate(server, { flags, settings, log, asRead });
  // Whoever reads this line may signal at once, or change the file: from here on everything is in place.
  print(`${foundText(server.found)}\nmillrace is listening on ${server.url}`);
  const signal = await stopped;
  stopWatching?.();
  return shutDown(server, settings, signal);
}

function logFormat(text = "text"): LogFormat {
  if (text === "text" || text === "json") return text;
  throw new UsageError(`--log takes text or json, not ${JSON.stringify(text)}.`);
}

/** Flags go before the file. */
function withFlags(settings: Settings, flags: ServeFlags): Settings {
  const host = flags.host?.replace(/^\[(.*)\]$/, "$1") ?? settings.listen.host;
  const port = flags.port ?? settings.listen.port;
  if (host.includes(":") && isIP(host) !== 6)
    throw new UsageError(
      `--host takes a name or an address, not ${JSON.stringify(host)}. The port has a flag of its own.`,
    );
  if (port > 65_535) throw new UsageError(`--port takes a number from 0 to 65535, not ${port}.`);
  const workers = flags.workers ?? settings.workers;
  if (workers < 1 || workers > WORKERS_MAX)
    throw new UsageError(`--workers takes a number from 1 to ${WORKERS_MAX}, not ${workers}.`);
  if (!isLoopback(host) && settings.keys.length === 0 && flags.open !== true) {
    throw new UsageError(
      `Listening on ${host} would let everyone in the network use your providers. Configure at least one key, or say --open.`,
    );
  }
  if (workers > 1) requireShareable(settings);
  return { ...settings, listen: { host, port }, workers };
}

/** What runs here would run once for each worker. */
function requireShareable({ providers }: Settings): void {
  for (const { name, command, profile } of providers) {
    if (command !== undefined)
      throw new UsageError(`--workers takes 1 here: each worker would start its own server for ${name}.`);
    if (profileOf(profile)?.transport === "embedded")
      throw new UsageError(`--workers takes 1 here: each worker would load the model of ${name} once more.`);
  }
}

/** A name such as `127.example.com` may lead anywhere. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

async function started(settings: Settings, log: ServerLog): Promise<Server> {
  try {
    return await compose({ settings, environment: process.env, log });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const { host, port } = settings.listen;
    if (code === "EADDRINUSE")
      throw new Error(`Port ${port} on ${host} is in use. Stop what uses it, or choose another with --port.`, {
        cause: error,
      });
    if (code === "EACCES")
      throw new Error(`Port ${port} on ${host} may not be used by this user. Choose one above 1023 with --port.`, {
        cause: error,
      });
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new Error(`${host} is no address of this machine.`, { cause: error });
    throw error;
  }
}

interface InForce {
  readonly flags: ServeFlags;
  readonly settings: Settings;
  readonly log: ServerLog;
  /** The state of the file before it was read. */
  readonly asRead: string;
}

/** Takes over the file whenever it changes or on SIGHUP: all of it or nothing. */
function keepUpToDate(server: Server, { flags, settings: atStart, log, asRead }: InForce): () => void {
  const file = flags.config ?? "";
  let latest = Promise.resolve();
  const reload = async (): Promise<void> => {
    try {
      const settings = withFlags(await loadSettings(file, process.env), flags);
      await server.reload(settings);
      log.info("reloaded", { config: file });
      for (const setting of ["listen", "workers"] as const) {
        if (isDeepStrictEqual(settings[setting], atStart[setting])) continue;
        log.warn("restart_needed", { message: `\`${setting}\` has changed, which takes effect at the next start.` });
      }
    } catch (error) {
      const problem = errorText(error);
      server.reportProblem(problem);
      log.error("reload_failed", { message: `The configuration stays as it was. ${problem}` });
    }
  };
  const next = (): void => {
    latest = latest.then(reload);
  };
  process.on("SIGHUP", next);
  const stopWatching = watchFile(file, systemClock, next);
  // It may have changed after it was read and before it was watched.
  if (fileState(file) !== asRead) next();
  return () => {
    stopWatching();
    process.off("SIGHUP", next);
  };
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve).once("SIGINT", resolve);
  });
}

async function shutDown(server: Server, settings: Settings, signal: NodeJS.Signals): Promise<number> {
  const atOnce = (): void => process.exit(EXIT.failed);
  process.once("SIGTERM", atOnce).once("SIGINT", atOnce);
  const { inFlight } = server;
  const seconds = settings.shutdownMs / 1000;
  printError(`${signal}: no more requests are taken; ${inFlight} in flight may finish within ${seconds} s.`);
  const cut = await server.stop(settings.shutdownMs);
  const cancelled = cut === 1 ? "1 request was" : `${cut} requests were`;
  printError(cut === 0 ? "Stopped; every request finished." : `Stopped; ${cancelled} cancelled.`);
  return EXIT.ok;
}
