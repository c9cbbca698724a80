import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A program that stands between client and upstream, running. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  /** What it wants to be told with each request beyond what its subject says, such as where its upstream is. */
  readonly headers?: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A program that can be measured. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The names of the loads that it can be put under; absent where it takes them all. */
  readonly workloads?: readonly string[];
  /**
   * Starts a fresh process in front of an upstream. Where the path of an authority's certificate is given, that
   * upstream speaks TLS and shows a certificate of this authority.
   */
  start(upstreamPort: number, authority?: string): Promise<Running>;
}

/** No program at all: the driver asks the upstream itself. What others add is counted from here. */
export const direct: Subject = {
  name: "direct",
  title: "direct, nothing between",
  headers: {},
  start: (upstreamPort) => Promise.resolve({ pid: 0, port: upstreamPort, stop: () => Promise.resolve() }),
};

const KEY = "bench-key-0123456789abcdef";
const here = dirname(fileURLToPath(import.meta.url));
/** Where subjects run; upstream and load driver have the other processor. */
export const PROCESSOR = "0";

export const bareRelay: Subject = {
  name: "bare",
  title: "bare relay (node:http + undici)",
  headers: {},
  start: (upstreamPort, authority) => {
    return started(process.execPath, [
      join(here, "processes", "bare-relay.mjs"),
      urlOf(upstreamPort, authority),
      ...(authority ? [authority] : []),
    ]);
  },
};

/** The same program under another name: what lies between the two is noise. */
export const bareAgain: Subject = { ...bareRelay, name: "bare-again", title: "bare relay, again" };

/** Everything on: keys, limits, a model list, records, usage, keep-alive. */
export const millrace: Subject = {
  name: "millrace",
  title: "millrace, everything on",
  headers: { authorization: `Bearer ${KEY}` },
  start: async (upstreamPort, authority) => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
    const config = join(folder, "millrace.yaml");
    writeFileSync(config, configuration(urlOf(upstreamPort, authority), authority));
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

/** `mock` passes streams as they come; `mend` is of a kind whose streams are decoded and written anew. */
function configuration(url: string, authority: string | undefined): string {
  const tls = authority === undefined ? "" : `, tls: { ca: ["${authority}"] }`;
  return `providers:
  mock: { profile: openai, base_url: "${url}", api_key: sk-bench${tls} }
  spare: { profile: openai, base_url: "${url}", api_key: sk-bench${tls} }
  mend: { profile: openai-compatible, base_url: "${url}", api_key: sk-bench${tls} }
models:
  fast: [mock/json, spare/json]
keys:
  - { name: other, key: other-key-0123456789abcdef }
  - { name: bench, key: ${KEY}, models: ["mock/*", "mend/*", fast] }
limits: { in_flight: 100000 }
`;
}

/** nginx with one worker, where it is installed. */
export const nginx: Subject = {
  name: "nginx",
  title: "nginx, proxy_buffering off",
  headers: {},
  start: async (upstreamPort, authority) => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-nginx-"));
    const port = 20_000 + (process.pid % 20_000);
    writeFileSync(join(folder, "nginx.conf"), nginxConfiguration({ folder, port, upstreamPort, authority }));
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

interface NginxSettings {
  readonly folder: string;
  readonly port: number;
  readonly upstreamPort: number;
  readonly authority: string | undefined;
}

function nginxConfiguration({ folder, port, upstreamPort, authority }: NginxSettings): string {
  const scheme = authority === undefined ? "http" : "https";
  const trust = authority === undefined ? "" : `proxy_ssl_trusted_certificate ${authority}; proxy_ssl_verify on;`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${join(folder, name)};\n`)
    .join("");
  return `daemon off; worker_processes 1; worker_rlimit_nofile 16384; pid ${join(folder, "nginx.pid")}; error_log stderr crit;
events { worker_connections 16384; }
http {
  access_log off; client_max_body_size 32m; client_body_buffer_size 1m; keepalive_requests 1000000;
${temporary}  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${scheme}://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      proxy_ssl_name 127.0.0.1; ${trust}
    }
  }
}
`;
}

function urlOf(upstreamPort: number, authority: string | undefined): string {
  return `${authority === undefined ? "http" : "https"}://127.0.0.1:${upstreamPort}`;
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

/** Nothing that was started outlives this process. */
const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill();
});

/** Starts a process on its processor, and waits until it has said where it listens. */
export async function started(
  command: string,
  args: readonly string[],
  port?: number,
  processor: string = PROCESSOR,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Running> {
  const pinned = isInstalled("taskset")
    ? (["taskset", ["-c", processor, command, ...args]] as const)
    : ([command, args] as const);
  const child = spawn(pinned[0], pinned[1], { ...options, stdio: ["pipe", "pipe", "ignore"] });
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  try {
    return running(child, port === undefined ? await portPrinted(child) : await accepts(child, port));
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

function running(child: ChildProcess, port: number): Running {
  return {
    pid: child.pid ?? 0,
    port,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve();
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

/** The longest that a program may take until it answers anything at all, in milliseconds. */
const STARTED_MS = 60_000;

async function accepts(child: ChildProcess, port: number): Promise<number> {
  // Nobody reads what it prints, and it must not wait for a reader.
  child.stdout?.resume();
  let ended: string | undefined;
  child.once("error", ({ message }) => {
    ended = message;
  });
  child.once("exit", (code) => {
    ended = `A subject ended with code ${code} before it listened`;
  });
  const until = performance.now() + STARTED_MS;
  while (performance.now() < until) {
    if (ended !== undefined) throw new Error(ended);
    try {
      await fetch(`http://127.0.0.1:${port}/v1/models`);
      return port;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error(`Nothing answers on port ${port}`);
}
