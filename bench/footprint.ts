/**
 * Measures what millrace costs before it does any work: the size of an installation, the time from
 * starting the program to its first answer, and the memory it holds while idle.
 *
 *   npm run bench:footprint               prints the figures
 *   npm run bench:footprint -- --write    and puts them into docs/benchmarks.md
 *
 * Method: the package is packed and installed into an empty folder, as a user would get it. The
 * program is then started 11 times with zero configuration; each start is timed from the spawn until
 * a chat completion of the built-in simulator is complete. Idle memory is the resident size 3 seconds
 * after that answer. Medians are quoted, with the range.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const STARTS = 11;
const IDLE_MS = 3000;
const MARK = { from: "<!-- footprint -->", to: "<!-- /footprint -->" };

interface Start {
  readonly firstAnswerMs: number;
  readonly idleMegabytes: number;
}

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

async function start(): Promise<Start> {
  const program = join(folder, "node_modules", "millrace", "dist", "server", "cli", "main.js");
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, "serve", "--port", "0"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let printed = "";
      const look = (chunk: Buffer): void => {
        printed += chunk.toString();
        const found = /listening on (http:\/\/\S+)/.exec(printed)?.[1];
        if (found) resolve(found);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.on("exit", () => reject(new Error(`millrace did not start:\n${printed}`)));
    });
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "simulator/sim-chat", messages: [{ role: "user", content: "Hello" }] }),
    });
    await reply.text();
    if (!reply.ok) throw new Error(`The first answer was ${reply.status}`);
    const firstAnswerMs = performance.now() - startedAt;
    await delay(IDLE_MS);
    const kilobytes = Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" }));
    return { firstAnswerMs, idleMegabytes: (kilobytes * 1024) / 1e6 };
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
}

function report(megabytes: number, packages: number, starts: readonly Start[]): void {
  const answer = summary(starts.map((run) => run.firstAnswerMs));
  const idle = summary(starts.map((run) => run.idleMegabytes));
  const text = [
    "| what | measured | aim |",
    "|---|---|---|",
    `| Installed size, dependencies included | ${megabytes.toFixed(1)} MB in ${packages} packages | under 20 MB |`,
    `| Start to first answer | ${answer.median.toFixed(0)} ms (${answer.min.toFixed(0)}–${answer.max.toFixed(0)}) | under 500 ms |`,
    `| Resident memory, idle | ${idle.median.toFixed(0)} MB (${idle.min.toFixed(0)}–${idle.max.toFixed(0)}) | under 90 MB |`,
    "",
    `${STARTS} starts on Node ${process.versions.node}, ${process.platform} ${process.arch}, ${machine()}.`,
  ].join("\n");
  process.stdout.write(`${text}\n`);
  if (process.argv.includes("--write")) write(text);
}

function machine(): string {
  const gigabytes = Math.round(totalmem() / 1e9);
  return `${cpus().length} vCPU (${cpus()[0]?.model ?? "unknown"}), ${gigabytes} GB of memory`;
}

function write(text: string): void {
  const path = join(root, "docs", "benchmarks.md");
  const page = readFileSync(path, "utf8");
  const from = page.indexOf(MARK.from);
  const to = page.indexOf(MARK.to);
  if (from < 0 || to < 0) throw new Error(`docs/benchmarks.md has no ${MARK.from} … ${MARK.to}`);
  writeFileSync(path, `${page.slice(0, from + MARK.from.length)}\n\n${text}\n\n${page.slice(to)}`);
}

function summary(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}
