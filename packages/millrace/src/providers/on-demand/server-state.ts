/**
 * - `stopped`: no process; the next call starts one.
 * - `starting`: it is being started, and is not ready.
 * - `ready`: it takes calls.
 * - `stopping`: it was asked to end, and has not yet.
 * - `failed`: no process, because it did not start, or ended by itself too soon.
 */
export type ServerState = "stopped" | "starting" | "ready" | "stopping" | "failed";

/** A change of an on-demand server, and why. */
export interface ServerStateChange {
  /** The name of the provider. */
  readonly server: string;
  readonly state: ServerState;
  readonly reason: string;
}

/** Whether there is no process. */
export function isGone(state: ServerState): boolean {
  return state === "stopped" || state === "failed";
}
