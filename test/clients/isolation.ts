import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Nothing listens on this port: whatever a client wants from elsewhere fails at once. */
const NOWHERE = "http://127.0.0.1:9";
/** Tells the processes of one run, also those that left its process group. */
const RUN_VARIABLE = "MILLRACE_CLIENT_RUN";

export interface ClientCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface CommandResult {
  /** Null when it was ended from outside. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly seconds: number;
  /** The command lines of processes that were still there afterwards, and were ended. */
  readonly leftBehind: readonly string[];
}

/** Runs a client's command with a home of its own and no network but loopback, and ends whatever it leaves. */
export async function runIsolated(command: ClientCommand): Promise<CommandResult> {
  const run = randomUUID();
  const started = performance.now();
  const [program = "", ...args] = command.argv;
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: { ...isolatedEnv(command.home), ...command.env, [RUN_VARIABLE]: run },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own, to be ended as a whole.
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const exited = once(child, "exit") as Promise<[number | null]>;
  const deadline = new AbortController();
  const ended = await Promise.race([
    exited,
    delay(command.timeoutMs, undefined, { signal: deadline.signal }).then(() => undefined),
  ]);
  deadline.abort();
  const seconds = (performance.now() - started) / 1000;
  if (ended === undefined) endGroup(child);
  const [exitCode] = ended ?? (await exited);
  const leftBehind = await endLeftovers(run);
  return { exitCode, ...output, timedOut: ended === undefined, seconds, leftBehind };
}

function isolatedEnv(home: string): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: home,
    SHELL: "/bin/bash",
    LANG: "C.UTF-8",
    TERM: "dumb",
    NO_COLOR: "1",
    CI: "1",
    HTTPS_PROXY: NOWHERE,
    HTTP_PROXY: NOWHERE,
    https_proxy: NOWHERE,
    http_proxy: NOWHERE,
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
  };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) endProcess(-pid);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ends the run's processes by id. They are known by the variable that they inherited. */
async function endLeftovers(run: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = await readFile(`/proc/${entry}/environ`, "utf8").catch(() => "");
    if (!environment.includes(`${RUN_VARIABLE}=${run}`)) continue;
    const commandLine = await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "");
    names.push(commandLine.replaceAll("\0", " ").trim());
    endProcess(Number(entry));
  }
  return names;
}
