import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { MAIN } from "./millrace-process.ts";

/** How a command of the built program ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The text of a configuration file, passed with `--config`. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a command of `millrace` to its end, in an empty folder and with an empty environment. */
export async function runMillrace(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-test-"));
  try {
    if (options.config !== undefined) await writeFile(join(folder, "millrace.yaml"), options.config);
    const config = options.config === undefined ? [] : ["--config", "millrace.yaml"];
    const child = spawn(process.execPath, [MAIN, ...args, ...config], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...options.env },
    });
    child.stdin.end(options.input ?? "");
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: code as number | null, stdout, stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
