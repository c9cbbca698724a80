import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A program that stands between client and upstream, running. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** A program that can be measured. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Starts a fresh process in front of an upstream. */
  start(upstreamPort: number): Promise<Running>;
}

const KEY = "bench-key-0123456789abcdef";
const here = dirname(fileURLToPath(import.meta.url));
/** Where subjects run; upstream and load driver have the other processor. */
const PROCESSOR = "0";

export const bareRelay: Subject = {
  name: "bare",
  title: "bare relay (node:http + undici)",
  headers: {},
  start: (upstreamPort) =>
    started(process.execPath, [join(here, "processes", "bare-relay.ts"), `http://127.0.0.1:${upstreamPort}`]),
};

/** Everything on: keys, limits, a model list, records, usage, keep-alive. */
export const millrace: Subject = {
  name: "millrace",
  title: "millrace, everything on",
  headers: { authorization: `Bearer ${KEY}` },
  start: async (upstreamPort) => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
    const config = join(folder, "millrace.yaml");
    writeFileSync(config, configuration(upstreamPort));
    const main = fileURLToPath(new URL("server/cli/main.js", new URL("../", import.meta.resolve("millrace"))));
    const running = await started(process.execPath, [
      main,
      "serve",
      "--port",
      "0",
      "--config",
      config,
      "--log",
      "json",
    ]);
    return {
      ...running,
      stop: async () => {
        await running.stop();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

function configuration(upstreamPort: number): string {
  return `providers:
  mock: { profile: openai, base_url: "http://127.0.0.1:${upstreamPort}", api_key: sk-bench }
  spare: { profile: openai, base_url: "http://127.0.0.1:${upstreamPort}", api_key: sk-bench }
models:
  fast: [mock/json, spare/json]
keys:
  - { name: other, key: other-key-0123456789abcdef }
  - { name: bench, key: ${KEY}, models: ["mock/*", fast] }
limits: { in_flight: 100000 }
`;
}

/** nginx with one worker, where it is installed. */
export const nginx: Subject = {
  name: "nginx",
  title: "nginx, proxy_buffering off",
  headers: {},
  start: async (upstreamPort) => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-nginx-"));
    const port = 20_000 + (process.pid % 20_000);
    writeFileSync(join(folder, "nginx.conf"), nginxConfiguration(folder, port, upstreamPort));
    const running = await started("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], port);
    return {
      ...running,
      stop: async () => {
        await running.stop();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

function nginxConfiguration(folder: string, port: number, upstreamPort: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${join(folder, name)};\n`)
    .join("");
  return `daemon off; worker_processes 1; pid ${join(folder, "nginx.pid")}; error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off; client_max_body_size 32m; client_body_buffer_size 1m; keepalive_requests 1000000;
${temporary}  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
`;
}

/** Whether a command can be run on this machine. */
export function isInstalled(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts a process on its processor, and waits until it has said where it listens. */
export async function started(
  command: string,
  args: readonly string[],
  port?: number,
  processor: string = PROCESSOR,
): Promise<Running> {
  const pinned = isInstalled("taskset")
    ? (["taskset", ["-c", processor, command, ...args]] as const)
    : ([command, args] as const);
  const child = spawn(pinned[0], pinned[1], { stdio: ["pipe", "pipe", "ignore"] });
  const listening = port ?? (await portPrinted(child));
  if (port !== undefined) await accepts(port);
  return {
    pid: child.pid ?? 0,
    port: listening,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

function portPrinted(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout?.on("data", (bytes: Buffer) => {
      printed += bytes.toString();
      const port = /(?:^|127\.0\.0\.1:)(\d+)\n/.exec(printed)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`A subject ended with code ${code} before it listened: ${printed}`)));
  });
}

async function accepts(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      await fetch(`http://127.0.0.1:${port}/v1/models`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error(`Nothing answers on port ${port}`);
}
