import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { WATCHER } from "./watcher.ts";

const HOUR = "3600";
const STUBBORN = ["sh", "-c", "trap '' TERM; sleep 3600"];

/** What holds descriptor 6, which is everything of the group, ends it when it is gone. */
async function watched(graceSeconds: string, command: readonly string[]) {
  const child = spawn("/bin/sh", ["-c", WATCHER, "millrace", graceSeconds, ...command], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe", "ignore", "ignore", "pipe"],
  });
  let over = false;
  const stdio: readonly (Readable | Writable | null | undefined)[] = child.stdio;
  const all = (stdio[6] as Readable).resume();
  const gone = once(all, "end").then(() => (over = true));
  onTestFinished(() => void (over || process.kill(-(child.pid ?? 0), "SIGKILL")));
  const pipes = stdio.slice(0, 4) as (Readable | Writable)[];
  let told = "";
  const report = (pipes[3] as Readable).on("data", (chunk: Buffer) => (told += chunk.toString()));
  await once(report, "data");
  const ended = once(report, "end");
  return { gone, told: () => ended.then(() => told), leave: () => pipes.forEach((pipe) => pipe.destroy()) };
}

describe("when nobody holds the other end any more", () => {
  test.each<[string, string, readonly string[]]>([
    ["a server ends at once, and so does what watched it", HOUR, ["sleep", "3600"]],
    ["one that ignores being asked is killed", "1", STUBBORN],
    ["what a server has started ends too", HOUR, ["sh", "-c", "sleep 3600 & sleep 3600"]],
  ])("%s", async (_, graceSeconds, command) => {
    const { gone, leave } = await watched(graceSeconds, command);
    leave();
    await gone;
  });
});

test("nothing is left of a server that ends by itself and leaves something behind", async () => {
  const command = ["sh", "-c", "(trap '' TERM; sleep 3600) & exit 7"];
  const { gone, told } = await watched(HOUR, command);
  await gone;
  expect(await told()).toBe("started\n7\n");
});
