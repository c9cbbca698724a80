/**
 * Measures what millrace costs before it does any work: the size of an installation, the time from
 * starting the program to its first answer, and the memory it holds while idle.
 *
 *   npm run bench:footprint               prints the figures
 *   npm run bench:footprint -- --write    and puts them into docs/benchmarks.md
 *
 * Method: the package is packed and installed into an empty folder, as a user would get it. The
 * program is then started 11 times on one processor, with zero configuration; each start is timed from the spawn until
 * a chat completion of the built-in simulator is complete. Idle memory is the resident size 3 seconds
 * after that answer. Medians are quoted, with the range.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machine } from "./machine.ts";
import { putIntoPage } from "./page.ts";
import { type Start, timedStart } from "./start.ts";
import { summarize } from "./statistics.ts";
import { started } from "./subjects.ts";

const STARTS = 11;

const root = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "millrace-footprint-"));
try {
  const { megabytes, packages } = install();
  const starts: Start[] = [];
  for (let i = 0; i < STARTS; i++) starts.push(await start());
  report(megabytes, packages, starts);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): { megabytes: number; packages: number } {
  const run = (args: readonly string[], cwd: string): string =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const packed = JSON.parse(
    run(["pack", "--json", "--workspace", "millrace", "--pack-destination", folder], root),
  ) as unknown;
  const file = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (file === undefined) throw new Error(`npm pack made no tarball: ${JSON.stringify(packed)}`);
  writeFileSync(join(folder, "package.json"), '{"private":true}\n');
  run(["install", "--omit=dev", "--no-audit", "--no-fund", `./${file}`], folder);
  rmSync(join(folder, file));
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, unknown>;
  };
  const packages = Object.keys(lock.packages).filter((path) => path !== "").length;
  return { megabytes: bytesIn(join(folder, "node_modules")) / 1e6, packages };
}

function bytesIn(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return 0;
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

/** Starts it as somebody would who has set up nothing. */
async function start(): Promise<Start> {
  const program = join(folder, "node_modules", "millrace", "dist", "server", "cli", "main.js");
  const surroundings = { cwd: folder, env: { PATH: process.env["PATH"] ?? "", HOME: folder } };
  const args = [program, "serve", "--port", "0"];
  const one = await timedStart(() => started(process.execPath, args, undefined, undefined, surroundings), {
    path: "/v1/chat/completions",
    headers: {},
    body: JSON.stringify({ model: "simulator/sim-chat", messages: [{ role: "user", content: "Hello" }] }),
  });
  await one.running.stop();
  return one;
}

function report(megabytes: number, packages: number, starts: readonly Start[]): void {
  const answer = summarize(starts.map(({ firstAnswerMs }) => firstAnswerMs));
  const idle = summarize(starts.map(({ idleBytes }) => idleBytes / 1e6));
  const text = [
    "| what | measured | aim |",
    "|---|---|---|",
    `| Installed size, dependencies included | ${megabytes.toFixed(1)} MB in ${packages} packages | under 20 MB |`,
    `| Start to first answer | ${answer.median.toFixed(0)} ms (${answer.min.toFixed(0)}–${answer.max.toFixed(0)}) | under 500 ms |`,
    `| Resident memory, idle | ${idle.median.toFixed(0)} MB (${idle.min.toFixed(0)}–${idle.max.toFixed(0)}) | under 90 MB |`,
    "",
    `${STARTS} starts on ${machine()}.`,
  ].join("\n");
  process.stdout.write(`${text}\n`);
  if (process.argv.includes("--write")) putIntoPage("footprint", text);
}
