import { Cancellation, type CancelSignal } from "../../model/cancellation.ts";
import type { ProviderError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { IdleClock } from "./idle-clock.ts";
import type { ManagedServerOptions } from "./managed-server-options.ts";
import type { Launch, ProcessExit } from "./process-port.ts";
import { Quiet } from "./quiet.ts";
import { RoomClaim } from "./room-claim.ts";
import type { GroupMember } from "./server-group.ts";
import { ServerRun } from "./server-run.ts";
import { isGone, type ServerState } from "./server-state.ts";
import { CountedUse, type ServerUse } from "./server-use.ts";
import { ServerWaiters } from "./server-waiters.ts";
import { StartBackoff } from "./start-backoff.ts";
import {
  cannotStart,
  exitText,
  keepsEnding,
  roomTimeout,
  seconds,
  serverClosed,
  startFailed,
  startTimeout,
} from "./start-failures.ts";
import { untilUp } from "./until-up.ts";

/** A model server that runs while it is used. It is started once, however many wait, and never stopped while busy. */
export class ManagedServer implements GroupMember {
  readonly #options: ManagedServerOptions;
  readonly #waiters: ServerWaiters;
  readonly #backoff = new StartBackoff();
  readonly #idle: IdleClock;
  readonly #room: RoomClaim;
  readonly #quiet = new Quiet();
  #state: ServerState = "stopped";
  #uses = 0;
  #startedMs = 0;
  #readySinceMs: number | undefined;
  /** Of the start that goes on; fires when there is nothing to wait for any more. */
  #looking = new Cancellation();
  #run: ServerRun | undefined;
  /** Why a process that is stopping was no good. */
  #startFailure: Failure | undefined;
  #closed = false;

  constructor(options: ManagedServerOptions) {
    this.#options = options;
    this.#waiters = new ServerWaiters({
      clock: options.clock,
      processes: options.processes,
      left: () => this.#error(failureOf("cancelled", "The caller left while the server was starting.")),
      onNone: () => this.#unwanted(),
    });
    const { clock, group, groupSize, limits } = options;
    this.#room = new RoomClaim({
      clock,
      group,
      member: this,
      size: groupSize,
      limitMs: limits.roomMs,
      onLimit: () => this.#failWaiters(roomTimeout(limits.roomMs, group.inside)),
    });
    this.#idle = new IdleClock({
      clock,
      limitMs: limits.idleMs,
      isIdle: () => this.#uses === 0,
      onLimit: () => this.#stop(`no call for ${seconds(limits.idleMs)}`),
    });
  }

  get name(): string {
    return this.#options.name;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Why it may not be started now, after it failed. */
  get refusal(): Failure | undefined {
    return this.#backoff.refusal(this.#options.clock.now());
  }

  get idleSinceMs(): number | undefined {
    if (this.#uses > 0 || (this.#state === "starting" && this.#waiters.count > 0)) return undefined;
    return this.#idle.sinceMs;
  }

  get readySinceMs(): number | undefined {
    return this.#readySinceMs;
  }

  /** Takes it for one call: at once where it is ready, else when it has been started. */
  use(signal?: CancelSignal): ServerUse | Promise<ServerUse> {
    if (this.#closed) return Promise.reject(this.#error(serverClosed()));
    if (this.#state === "ready" && !this.#options.group.holdsBack(this)) return this.#taken(signal);
    const use = this.#waiters.wait(signal);
    this.#wantStart();
    return use;
  }

  /** Resolves when nobody uses it or waits for it. */
  async unused(): Promise<void> {
    await this.#quiet.until(() => this.#uses === 0 && this.#waiters.count === 0);
  }

  /** Stops it, used or not. Resolves when its process is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#room.giveUp();
    this.#failWaiters(serverClosed());
    const sleep = this.#options.processes.stayAwake();
    this.#stop("the provider was closed");
    await this.#quiet.until(() => isGone(this.#state));
    sleep();
  }

  start(): void {
    this.#room.granted();
    void this.#started();
  }

  makeRoom(): void {
    this.#stop("another server of its group needs the room");
  }

  resume(): void {
    if (this.#state === "ready") this.#serve();
  }

  #taken(signal: CancelSignal | undefined): ServerUse {
    this.#uses += 1;
    return new CountedUse(signal, () => this.#released());
  }

  #released(): void {
    this.#uses -= 1;
    if (this.#uses > 0) return;
    this.#idle.begin();
    if (this.#state === "ready") {
      this.#idle.watch();
      this.#options.group.changed();
    }
    this.#quiet.changed();
  }

  #wantStart(): void {
    const { sinceMs } = this.#waiters;
    if (!isGone(this.#state) || this.#room.isWaiting || sinceMs === undefined) return;
    const { refusal } = this;
    if (refusal === undefined) this.#room.begin(sinceMs);
    else this.#failWaiters(refusal);
  }

  /** The last one who waited has left: a start goes on, unless somebody else needs the room. */
  #unwanted(): void {
    this.#room.giveUp();
    if (this.#state === "starting") {
      this.#idle.begin();
      this.#options.group.changed();
    }
    this.#quiet.changed();
  }

  async #started(): Promise<void> {
    const { clock, health, limits } = this.#options;
    const looking = new Cancellation();
    this.#looking = looking;
    this.#startedMs = clock.now();
    this.#enter("starting", "a call needs it");
    try {
      const launch = await this.#options.launch(looking);
      if (looking.aborted) return this.#gone("stopped", "nobody needs it any more");
      if ("kind" in launch) return this.#notStarted(launch);
      this.#spawn(launch);
      const look = await untilUp({ clock, health, limitMs: limits.startMs, signal: looking });
      if (looking.aborted) return;
      if (look.outcome === "up") this.#ready();
      else if (look.outcome === "late")
        this.#late(startTimeout(limits.startMs, look.last, this.#options.output.tail()));
    } catch (error) {
      this.#notStarted(cannotStart(error));
    }
  }

  #spawn(launch: Launch): void {
    const { clock, limits, output, processes } = this.#options;
    output.begin();
    this.#run = new ServerRun({
      processes,
      clock,
      launch,
      stopMs: limits.stopMs,
      listener: { output: (stream, text) => output.push(stream, text), exited: (exit) => this.#exited(exit) },
    });
  }

  #ready(): void {
    this.#readySinceMs = this.#options.clock.now();
    this.#enter("ready", `it answers after ${seconds(this.#readySinceMs - this.#startedMs)}`);
    this.#serve();
    this.#idle.begin();
    this.#idle.watch();
    this.#options.group.changed();
  }

  #serve(): void {
    this.#waiters.serve((signal) => this.#taken(signal));
  }

  /** It runs, but it is no good. */
  #late(failure: Failure): void {
    this.#startFailure = failure;
    this.#failWaiters(failure);
    this.#stop("it was not ready in time");
  }

  #notStarted(failure: Failure): void {
    if (this.#run !== undefined) return this.#late(failure);
    this.#backoff.failed(failure, this.#options.clock.now());
    this.#failWaiters(failure);
    this.#gone("failed", failure.message);
  }

  #exited(exit: ProcessExit): void {
    const { clock, output } = this.#options;
    const nowMs = clock.now();
    output.end();
    this.#run = undefined;
    this.#looking.cancel();
    if (this.#state === "stopping") return this.#stoppedAsAsked(exit);
    if (this.#state === "ready") {
      this.#backoff.ended(keepsEnding(exit, output.tail()), nowMs - (this.#readySinceMs ?? nowMs), nowMs);
      return this.#gone(this.refusal === undefined ? "stopped" : "failed", `it ended by itself: ${exitText(exit)}`);
    }
    const failure = startFailed(exit, output.tail());
    this.#backoff.failed(failure, nowMs);
    this.#failWaiters(failure);
    this.#gone("failed", `it did not start: ${exitText(exit)}`);
  }

  #stoppedAsAsked(exit: ProcessExit): void {
    const failure = this.#startFailure;
    this.#startFailure = undefined;
    if (failure === undefined) {
      if (this.#readySinceMs !== undefined) this.#backoff.worked();
      this.#gone("stopped", exitText(exit));
      return;
    }
    this.#backoff.failed(failure, this.#options.clock.now());
    this.#gone("failed", failure.message);
  }

  #failWaiters(failure: Failure): void {
    this.#waiters.fail(() => this.#error(failure));
    this.#quiet.changed();
  }

  #stop(reason: string): void {
    if (this.#state !== "starting" && this.#state !== "ready") return;
    this.#idle.stop();
    this.#enter("stopping", reason);
    this.#looking.cancel();
    // Without a process yet, the start sees by itself that it is called off.
    this.#run?.stop();
  }

  /** There is no process any more, so the room is free; whoever came meanwhile starts it again. */
  #gone(state: "stopped" | "failed", reason: string): void {
    this.#idle.stop();
    this.#readySinceMs = undefined;
    this.#enter(state, reason);
    this.#options.group.leave(this);
    this.#wantStart();
    this.#quiet.changed();
  }

  #enter(state: ServerState, reason: string): void {
    this.#state = state;
    this.#options.onState(state, reason);
  }

  #error(failure: Failure): ProviderError {
    return this.#options.failures.error(failure);
  }
}
