import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { stayAwake } from "../transport/stay-awake.ts";
import type { Launch, OutputStream, ProcessExit, ProcessListener, ProcessPort, ServerProcess } from "./process-port.ts";
import { WATCHER } from "./watcher.ts";

/** What a process leaves running may hold its output open; it is not waited for. */
const LAST_WORDS_MS = 500;
/** How long a connection to loopback may take to be refused. */
const CONNECT_MS = 1000;

/** The processes of this machine. */
export const nodeProcesses: ProcessPort = {
  spawn: (launch, listener) =>
    process.platform === "win32" ? spawnAlone(launch, listener) : spawnWatched(launch, listener),
  freePort,
  isTaken,
  stayAwake,
};

/** With a shell beside it that ends it when this program is gone. */
function spawnWatched(launch: Launch, listener: ProcessListener): ServerProcess {
  const grace = String(Math.ceil(launch.graceMs / 1000));
  const child = spawn("/bin/sh", ["-c", WATCHER, "millrace", grace, ...launch.command], {
    ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
    env: { ...process.env, ...launch.env },
    // A group of its own: what the server starts ends with it, and Ctrl-C is this program's alone.
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const report = child.stdio[3] as Readable;
  let reported = "";
  let asked = false;
  let gone = false;
  const signal = (name: NodeJS.Signals): void => {
    if (!gone && child.pid !== undefined) signalGroup(child.pid, name);
  };
  report.on("data", (chunk: Buffer) => {
    const isFirst = reported === "";
    reported += chunk.toString();
    // Before that the shell would have swallowed it.
    if (isFirst && asked) signal("SIGTERM");
  });
  hear(child, launch, [report, child.stdin], {
    ended: () => (gone = true),
    output: (stream, text) => listener.output(stream, text),
    exited: (exit) => listener.exited(exitIn(reported) ?? exit),
  });
  return {
    terminate: () => {
      asked = true;
      if (reported !== "") signal("SIGTERM");
    },
    kill: () => signal("SIGKILL"),
  };
}

/** The exit code that the watcher told; nothing where it was killed itself. */
function exitIn(reported: string): ProcessExit | undefined {
  const [, code] = /^started\n(\d+)\n$/u.exec(reported) ?? [];
  return code === undefined ? undefined : { code: Number(code) };
}

function signalGroup(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch (error) {
    // It has ended, and we have not been told yet: macOS says EPERM then.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}

/** Where there is no such shell: it ends when this program ends in an orderly way. */
function spawnAlone(launch: Launch, listener: ProcessListener): ServerProcess {
  const [program = "", ...args] = launch.command;
  const child = spawn(program, args, {
    ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
    env: { ...process.env, ...launch.env },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const kill = (): void => void child.kill();
  process.once("exit", kill);
  hear(child, launch, [], {
    ended: () => process.off("exit", kill),
    output: (stream, text) => listener.output(stream, text),
    exited: (exit) => listener.exited(exit),
  });
  return { terminate: kill, kill };
}

interface Hearing extends ProcessListener {
  /** The process is gone; its last words may still be on their way. */
  ended(): void;
}

/** Passes on what a process says, and then how it ended. Nothing of it keeps this program running. */
function hear(child: ChildProcess, { cwd }: Launch, others: readonly unknown[], listener: Hearing): void {
  listenTo(child.stdout, "stdout", listener);
  listenTo(child.stderr, "stderr", listener);
  let how: ProcessExit | undefined;
  let told = false;
  const tell = (): void => {
    if (told) return;
    told = true;
    listener.exited(how ?? {});
  };
  child.on("error", (error) => {
    if (child.pid !== undefined) return;
    // Node says the same of a folder that is not there as of a program.
    how = { error: cwd === undefined || existsSync(cwd) ? error.message : `its folder ${cwd} is not there` };
    listener.ended();
    tell();
  });
  child.on("exit", (code, signal) => {
    how ??= { ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) };
    listener.ended();
    setTimeout(tell, LAST_WORDS_MS).unref();
  });
  child.on("close", tell);
  child.unref();
  for (const stream of [child.stdout, child.stderr, ...others]) {
    (stream as { unref?: () => void } | null)?.unref?.();
    // A pipe that breaks is no news: that the process is gone is.
    (stream as Readable | null)?.on("error", () => undefined);
  }
}

function listenTo(stream: Readable | null, name: OutputStream, listener: ProcessListener): void {
  const decoder = new StringDecoder("utf8");
  stream?.on("data", (chunk: Buffer) => listener.output(name, decoder.write(chunk)));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.setTimeout(CONNECT_MS, () => answer(false));
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
