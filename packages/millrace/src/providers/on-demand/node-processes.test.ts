import { describe, expect, test } from "vitest";
import { nodeProcesses } from "./node-processes.ts";
import type { ProcessExit, ServerProcess } from "./process-port.ts";

const GRACE_MS = 3_600_000;

function started(...command: string[]): { readonly process: ServerProcess; readonly exit: Promise<ProcessExit> } {
  let exited: (exit: ProcessExit) => void = () => undefined;
  const exit = new Promise<ProcessExit>((resolve) => (exited = resolve));
  const process = nodeProcesses.spawn({ command, env: {}, graceMs: GRACE_MS }, { output: () => undefined, exited });
  return { process, exit };
}

describe("a process", () => {
  test("ends when it is asked to, however early that is", async () => {
    const exits: Promise<ProcessExit>[] = [];
    for (let turns = 0; turns < 40; turns += 1) {
      const { process, exit } = started("sleep", "3600");
      for (let turn = 0; turn < turns * turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      process.terminate();
      exits.push(exit);
    }
    for (const exit of await Promise.all(exits)) expect(exit).toEqual({ code: 143 });
  });

  test("is killed at once", async () => {
    const { process, exit } = started("sleep", "3600");
    process.kill();
    expect(await exit).toEqual({ signal: "SIGKILL" });
  });

  test("may be asked to end after it has", async () => {
    const { process, exit } = started("true");
    expect(await exit).toEqual({ code: 0 });
    process.terminate();
    process.kill();
  });
});
