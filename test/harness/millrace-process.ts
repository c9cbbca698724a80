import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The built program, running as a user would run it. */
export interface MillraceProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** SIGTERM, then resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface MillraceOptions {
  /** The text of a configuration file; without one it starts with zero configuration. */
  readonly config?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = new URL("../../packages/millrace/dist/server/cli/main.js", import.meta.url).pathname;

/** Starts `millrace serve` on a free port and waits until it says that it is listening. */
export async function startMillrace(options: MillraceOptions = {}): Promise<MillraceProcess> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-"));
  const args = ["serve", "--port", "0", ...(options.args ?? [])];
  if (options.config !== undefined) {
    await writeFile(join(folder, "millrace.yaml"), options.config);
    args.push("--config", join(folder, "millrace.yaml"));
  }
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    // Nothing of this machine's own keys or servers must reach the test.
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const exited = once(child, "exit").then(async (event) => {
    const [code] = event as [number | null];
    await rm(folder, { recursive: true, force: true });
    return code;
  });
  const url = await urlPrinted(child, () => printed);
  return {
    url,
    pid: child.pid ?? 0,
    output: () => printed,
    stop: () => {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

function urlPrinted(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const url = /listening on (http:\/\/\S+)/.exec(printed())?.[1];
      if (url) resolve(url);
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.on("exit", (code) => reject(new Error(`millrace ended with code ${code} before it listened:\n${printed()}`)));
  });
}
