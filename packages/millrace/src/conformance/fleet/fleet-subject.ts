import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { ServerSpec } from "./server-spec.ts";

/** A request as far as choosing a server goes. */
export interface FleetRequest {
  readonly id: number;
  /** The caller's key. */
  readonly key: string;
  readonly model: string;
  /** What ties the requests of one conversation together; absent where the client says nothing. */
  readonly session: string | undefined;
  /** Higher goes first where requests wait. */
  readonly priority: number;
  /** Fires when the client leaves. */
  readonly signal: CancelSignal;
}

/** A place that was taken at a server, until one of the three endings. */
export interface Placement {
  readonly server: string;
  /** The answer has content. */
  firstContent(): void;
  answered(): void;
  failed(failure: Failure): void;
  /** The client left. */
  left(): void;
}

/** One request's way from server to server. */
export interface Walk {
  /**
   * Takes a place at the next server to ask, or says why nobody can answer. What can be said at once is no
   * promise: a million requests pass in seconds that way.
   */
  next(): Placement | Failure | Promise<Placement | Failure>;
}

/** What a subject holds; all of it is zero when no request is on its way, but for what it remembers of conversations. */
export interface Holdings {
  readonly inFlight: number;
  readonly waiting: number;
  readonly affinityBytes: number;
}

/** What is under test: it says which server answers a request. */
export interface FleetSubject {
  arrive(request: FleetRequest): Walk;
  holdings(): Holdings;
}

/** What a server tells of itself. */
export interface SimulatedLoad {
  readonly up: boolean;
  /** The models that are loaded; absent for a server that has whatever is asked for. */
  readonly loaded: readonly string[] | undefined;
  readonly slots: number;
  readonly running: number;
  readonly waiting: number;
}

export interface SubjectPorts {
  readonly servers: readonly ServerSpec[];
  readonly clock: Clock;
  readonly random: () => number;
  /** What a server says of itself now, as an active check would hear it. */
  readonly look: (server: string) => SimulatedLoad;
  /** Time stands still until the promise has settled, and those who wait for it have gone on. */
  readonly underWay: (work: Promise<unknown>) => void;
}

export type OpenFleetSubject = (ports: SubjectPorts) => FleetSubject;

export function isPlacement(step: Placement | Failure): step is Placement {
  return "server" in step;
}
