import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processTree } from "../cpu-time.ts";
import { type Running, started } from "../subjects.ts";

/** What is run. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Nothing else of this process's environment is passed on but PATH: no key that happens to be set. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it finds in the folder that it runs in: their names and contents. */
  readonly files?: Readonly<Record<string, string>>;
}

/** How long a program may take to end when asked to. */
const GRACE_MS = 5000;

/** Starts a program on the subjects' processor, in a new folder that goes when it stops. */
export async function startProgram(program: (port: number) => Program): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), "millrace-peer-"));
  const clear = (): void => rmSync(home, { recursive: true, force: true });
  try {
    const port = await freePort();
    const { command, args, env = {}, files = {} } = program(port);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(home, file), content);
    const running = await started(command, args, port, undefined, {
      cwd: home,
      env: { PATH: process.env["PATH"] ?? "", HOME: home, ...env },
    });
    return { ...running, stop: () => stopTree(running).finally(clear) };
  } catch (error) {
    clear();
    throw error;
  }
}

/** Ends a process and all that it has started, whether or not they take the hint. */
async function stopTree(running: Running): Promise<void> {
  const members = processTree(running.pid);
  const impatient = setTimeout(() => members.forEach(end), GRACE_MS);
  await running.stop();
  clearTimeout(impatient);
  members.filter((member) => member !== running.pid).forEach(end);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
