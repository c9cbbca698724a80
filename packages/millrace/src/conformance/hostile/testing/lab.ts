import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { HostileUpstream } from "../hostile-upstream.ts";
import { SUBJECT_MS_MAX } from "./run-length.ts";
import type { Report } from "./report.ts";

/** Starts the hostile servers in a process of their own, and a fresh process for every subject. */
export class Lab {
  readonly #servers: ChildProcess;
  readonly #url: string;

  private constructor(servers: ChildProcess, port: number) {
    this.#servers = servers;
    this.#url = `http://127.0.0.1:${port}`;
  }

  static async open(): Promise<Lab> {
    const servers = fork(pathOf("upstream-process.ts"), { execArgv: [] });
    const [{ port }] = (await once(servers, "message")) as [{ readonly port: number }];
    return new Lab(servers, port);
  }

  /** What calls of one server came to, each way there is. Resolves once that server's connections are gone. */
  async examine({ name }: HostileUpstream): Promise<readonly Report[]> {
    const subject = fork(pathOf("subject-process.ts"), [this.#url, name], {
      execArgv: ["--expose-gc"],
      // A subject that hangs must not outlive the test.
      signal: AbortSignal.timeout(SUBJECT_MS_MAX),
      killSignal: "SIGKILL",
    });
    const [[reports]] = (await Promise.all([once(subject, "message"), once(subject, "exit")])) as [
      [readonly Report[]],
      unknown,
    ];
    this.#servers.send(name);
    await once(this.#servers, "message");
    return reports;
  }

  async close(): Promise<void> {
    this.#servers.kill();
    await once(this.#servers, "exit");
  }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
