import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Round, RoundResult } from "./processes/load-driver.ts";
import { isInstalled } from "./subjects.ts";

/** Upstream and load driver share the processor that the subject does not have. */
export const OTHER_PROCESSOR = "1";

const folder = join(dirname(fileURLToPath(import.meta.url)), "processes");

/** Starts one of the processes that put load on a subject; it is told what to do in lines on its stdin. */
export function startLoad(script: string): ChildProcess {
  const command = [process.execPath, join(folder, script)];
  const [file = "", ...args] = isInstalled("taskset") ? ["taskset", "-c", OTHER_PROCESSOR, ...command] : command;
  return spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
}

/** The next line that a process of {@link startLoad} prints, after it was told something. */
export function told(child: ChildProcess, lines: Interface, order: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error("The process that puts on the load ended"));
    child.once("exit", ended);
    lines.once("line", (line) => {
      child.off("exit", ended);
      resolve(JSON.parse(line));
    });
    child.stdin?.write(`${JSON.stringify(order)}\n`);
  });
}

/** What a process of {@link startLoad} prints. */
export function linesOf({ stdout }: ChildProcess): Interface {
  if (stdout === null) throw new Error("The process that puts on the load has no output");
  return createInterface({ input: stdout });
}

/** The load driver, in a process of its own. */
export class Driver {
  readonly #child: ChildProcess = startLoad("load-driver.ts");
  readonly #lines: Interface = linesOf(this.#child);

  async run(round: Round): Promise<RoundResult> {
    return (await told(this.#child, this.#lines, round)) as RoundResult;
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
