import { FakeClock } from "../../../conformance/fake-clock.ts";
import { ProviderError } from "../../../model/errors.ts";
import type { Health } from "../../../model/model-info.ts";
import { failureOf } from "../../../wire/failure/kinds.ts";
import { FailureReporter } from "../../http/failure-reporter.ts";
import { limitsOf, type OnDemandCommand } from "../command.ts";
import { ManagedServer } from "../managed-server.ts";
import { ServerGroups } from "../server-group.ts";
import { ServerOutput } from "../server-output.ts";
import type { ServerUse } from "../server-use.ts";
import { type FakeProcess, FakeProcesses } from "./fake-processes.ts";

export const UP: Health = { healthy: true, state: "up", latencyMs: 0 };
export const LOADING: Health = {
  healthy: false,
  state: "loading",
  latencyMs: 0,
  failure: failureOf("loading", "Loading model"),
};

/** Servers on one clock, whose processes and health are the test's. */
export class Machine {
  readonly clock = new FakeClock();
  readonly processes = new FakeProcesses();
  /** Every change of state, as `name state`. */
  readonly states: string[] = [];
  /** What health checks find; by name. */
  readonly health = new Map<string, Health>();
  readonly #groups = new ServerGroups(this.clock);

  /** A server that is up as soon as it is looked at, unless `health` says otherwise. */
  server(name: string, settings: Partial<OnDemandCommand> = {}, secrets: readonly string[] = []): ManagedServer {
    return new ManagedServer({
      name,
      limits: limitsOf({ command: [], ...settings }),
      group: this.#groups.of(settings.group ?? name),
      groupSize: settings.groupSize ?? 1,
      launch: async () => ({ command: [name], env: {}, graceMs: 0 }),
      health: async () => this.health.get(name) ?? UP,
      processes: this.processes,
      clock: this.clock,
      output: new ServerOutput({ server: name, clock: this.clock, secrets, onLine: undefined }),
      failures: new FailureReporter(name, () => secrets),
      onState: (state) => this.states.push(`${name} ${state}`),
    });
  }

  /** The latest process that was started for a server. */
  process(name: string): FakeProcess {
    const found = this.processes.spawned.findLast(({ launch }) => launch.command[0] === name);
    if (found === undefined) throw new Error(`${name} was never started`);
    return found;
  }

  /** How often a server was started. */
  starts(name: string): number {
    return this.processes.spawned.filter(({ launch }) => launch.command[0] === name).length;
  }

  /** Lets time go on, and everything that comes of it. */
  async pass(ms: number): Promise<void> {
    await turn();
    this.clock.advance(ms);
    await turn();
  }
}

/** Lets everything happen that waits for nothing. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What has come of a call so far: `waiting`, `served`, or the code of its error. */
export class Call {
  outcome = "waiting";
  error: ProviderError | undefined;
  use: ServerUse | undefined;

  constructor(use: ServerUse | Promise<ServerUse>) {
    void Promise.resolve(use).then(
      (given) => {
        this.use = given;
        this.outcome = "served";
      },
      (error: unknown) => {
        if (!(error instanceof ProviderError)) throw error;
        this.error = error;
        this.outcome = error.failure.code;
      },
    );
  }

  over(): void {
    if (this.use === undefined) throw new Error("The call was not served.");
    this.use.release();
  }
}
