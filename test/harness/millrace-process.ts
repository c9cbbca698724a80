import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The built program, running as a user would run it. */
export interface MillraceProcess {
  readonly url: string;
  readonly pid: number;
  /** Its exit code, once it has ended; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with everything printed, once that holds the pattern; rejects when it ends before. */
  printed(pattern: RegExp): Promise<string>;
  /** Puts another text into its configuration file. */
  writeConfig(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, then resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface MillraceOptions {
  /** The text of a configuration file; without one it starts with zero configuration. */
  readonly config?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The built command line. */
export const MAIN: string = new URL("../../packages/millrace/dist/server/cli/main.js", import.meta.url).pathname;

/** Starts `millrace serve` on a free port and waits until it says that it is listening. */
export async function startMillrace(options: MillraceOptions = {}): Promise<MillraceProcess> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-"));
  const configFile = join(folder, "millrace.yaml");
  const writeConfig = (text: string): Promise<void> => writeFile(configFile, text);
  const args = ["serve", "--port", "0", ...(options.args ?? [])];
  if (options.config !== undefined) {
    await writeConfig(options.config);
    args.push("--config", configFile);
  }
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    // Nothing of this machine's own keys or servers must reach the test.
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  // Not `exit`: what it printed last may still be on its way then.
  const exited = once(child, "close").then(async (event) => {
    const [code] = event as [number | null];
    await rm(folder, { recursive: true, force: true });
    return code;
  });
  const printed = (pattern: RegExp): Promise<string> => untilPrinted(child, () => text, pattern);
  const listening = await printed(/listening on http:\/\/\S+\n/);
  return {
    url: /listening on (http:\/\/\S+)\n/.exec(listening)?.[1] ?? "",
    pid: child.pid ?? 0,
    exited,
    output: () => text,
    printed,
    writeConfig,
    signal: (name) => void child.kill(name),
    stop: () => {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

function untilPrinted(child: ChildProcess, text: () => string, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (pattern.test(text())) resolve(text());
    };
    const ended = (code: number | null): void =>
      reject(new Error(`millrace ended with code ${code} before it printed ${pattern}:\n${text()}`));
    look();
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.on("close", ended);
  });
}
