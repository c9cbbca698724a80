import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { Health } from "../../model/model-info.ts";
import type { FailureReporter } from "../http/failure-reporter.ts";
import type { OnDemandLimits } from "./command.ts";
import type { Launch, ProcessPort } from "./process-port.ts";
import type { ServerGroup } from "./server-group.ts";
import type { ServerOutput } from "./server-output.ts";
import type { ServerState } from "./server-state.ts";

/** What a server is, and what it needs of the world. */
export interface ManagedServerOptions {
  readonly name: string;
  readonly limits: OnDemandLimits;
  readonly group: ServerGroup;
  /** How many of the group may run at once. */
  readonly groupSize: number;
  /** Chooses the port, and gives what to start, or why nothing can be started. */
  readonly launch: (signal: CancelSignal) => Promise<Launch | Failure>;
  readonly health: (signal: CancelSignal) => Promise<Health>;
  readonly processes: ProcessPort;
  readonly clock: Clock;
  readonly output: ServerOutput;
  readonly failures: FailureReporter;
  /** Hears of every change, with the reason for people. */
  readonly onState: (state: ServerState, reason: string) => void;
}
