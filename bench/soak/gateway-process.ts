import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Holdings, PROBE_SOCKET } from "./probe.ts";

/** A line of the gateway's log. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface GatewayOptions {
  readonly config: string;
  /** Flags of `serve` beside those that the soak needs. */
  readonly flags: readonly string[];
  readonly onLine: (line: LogLine) => void;
}

const MAIN = fileURLToPath(new URL("server/cli/main.js", new URL("../", import.meta.resolve("millrace"))));
const PROBE = new URL("probe.ts", import.meta.url).href;

/** The built gateway, running as a user would run it, but for a probe in it. */
export class GatewayProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #probes: Probes;
  readonly #closed: Promise<unknown[]>;
  #url = "";

  private constructor(child: ChildProcess, folder: string, probes: Probes) {
    this.#child = child;
    this.#folder = folder;
    this.#probes = probes;
    this.#closed = once(child, "close");
  }

  /** Starts it and waits until it listens. */
  static async start({ config, flags, onLine }: GatewayOptions): Promise<GatewayProcess> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-soak-"));
    const file = join(folder, "millrace.yaml");
    writeFileSync(file, config);
    const probes = await Probes.listen(join(folder, "probe"));
    const child = spawn(
      process.execPath,
      ["--expose-gc", "--import", PROBE, MAIN, "serve", "--config", file, "--port", "0", "--log", "json", ...flags],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"] ?? "", HOME: folder, [PROBE_SOCKET]: probes.path },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const gateway = new GatewayProcess(child, folder, probes);
    if (child.stderr === null || child.stdout === null) throw new Error("The gateway has no output");
    createInterface({ input: child.stderr }).on("line", (line) => onLine(parsed(line)));
    gateway.#url = await gateway.#listening(child.stdout);
    return gateway;
  }

  get url(): string {
    return this.#url;
  }

  /** Replaces the configuration file at once, as editors do. */
  configure(text: string): void {
    const next = join(this.#folder, "next.yaml");
    writeFileSync(next, text);
    renameSync(next, join(this.#folder, "millrace.yaml"));
  }

  reload(): void {
    this.#child.kill("SIGHUP");
  }

  /** What each of its threads holds, after so many collections of garbage. */
  holdings(collections: number): Promise<readonly Holdings[]> {
    return this.#probes.ask(collections);
  }

  /** Open descriptors of these processes; NaN where the system does not tell. */
  descriptors(pids: Iterable<number>): number {
    let count = 0;
    for (const pid of pids) {
      try {
        count += readdirSync(`/proc/${pid}/fd`).length;
      } catch {
        return Number.NaN;
      }
    }
    return count;
  }

  /** Ends it in order; resolves with its exit code when everything it printed has been read. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    const [code] = await this.#closed;
    this.#probes.close();
    rmSync(this.#folder, { recursive: true });
    return code as number | null;
  }

  #listening(stdout: NonNullable<ChildProcess["stdout"]>): Promise<string> {
    return new Promise((resolve, reject) => {
      createInterface({ input: stdout }).on("line", (line) => {
        const url = /listening on (http:\/\/\S+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
      void this.#closed.then(([code]) => reject(new Error(`millrace ended with code ${String(code)} at the start`)));
    });
  }
}

/** What is printed beside the log, such as a crash, counts as a line too. */
function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { event: "printed", message: line };
  }
}

/** The probes in the gateway's threads, each on a connection of its own. */
class Probes {
  readonly path: string;
  readonly #server: Server;
  readonly #connected = new Map<Socket, (line: string) => void>();

  private constructor(path: string, server: Server) {
    this.path = path;
    this.#server = server;
    server.on("connection", (socket) => {
      this.#connected.set(socket, () => undefined);
      createInterface({ input: socket }).on("line", (line) => this.#connected.get(socket)?.(line));
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.#connected.delete(socket));
    });
  }

  static async listen(path: string): Promise<Probes> {
    const server = createServer();
    server.listen(path);
    await once(server, "listening");
    return new Probes(path, server);
  }

  async ask(collections: number): Promise<readonly Holdings[]> {
    const sockets = [...this.#connected.keys()];
    if (sockets.length === 0) throw new Error("The gateway has ended, or nothing in it can be asked");
    return Promise.all(sockets.map((socket) => this.#askOne(socket, collections)));
  }

  close(): void {
    for (const socket of this.#connected.keys()) socket.destroy();
    this.#server.close();
  }

  #askOne(socket: Socket, collections: number): Promise<Holdings> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error("The gateway ended while it was asked"));
      socket.once("close", ended);
      this.#connected.set(socket, (line) => {
        socket.off("close", ended);
        resolve(JSON.parse(line) as Holdings);
      });
      socket.write(`${collections}\n`);
    });
  }
}
