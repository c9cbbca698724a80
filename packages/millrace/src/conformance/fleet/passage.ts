import { Cancellation } from "../../model/cancellation.ts";
import type { Clock, Timer } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { Turn } from "./conversations.ts";
import { type FleetRequest, isPlacement, type Placement, type Walk } from "./fleet-subject.ts";
import type { Ending } from "./observations.ts";
import type { ServerCall, SimulatedServer } from "./server.ts";

/** Who hears of what happens to requests. */
export interface PassageWatch {
  readonly clock: Clock;
  /** A walk has no answer yet, or has it now. */
  waiting(by: 1 | -1): void;
  serverOf(placement: Placement): SimulatedServer;
  calling(turn: Turn, server: SimulatedServer): void;
  firstContent(turn: Turn, waitMs: number, cachedTokens: number): void;
  ended(turn: Turn, ending: Ending): void;
  broke(error: unknown): void;
}

/** One request on its way through the fleet: from server to server until one gives content, and to its end. */
export class Passage implements ServerCall {
  readonly model: string;
  readonly conversation: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly #turn: Turn;
  readonly #watch: PassageWatch;
  readonly #arrivedMs: number;
  readonly #cancellation = new Cancellation();
  #walk: Walk | undefined;
  #placement: Placement | undefined;
  #callOff: (() => void) | undefined;
  #leaving: Timer | undefined;
  #hasContent = false;
  #isOver = false;

  constructor(turn: Turn, watch: PassageWatch) {
    this.model = turn.model;
    this.conversation = turn.conversation;
    this.promptTokens = turn.promptTokens;
    this.outputTokens = turn.outputTokens;
    this.#turn = turn;
    this.#watch = watch;
    this.#arrivedMs = watch.clock.now();
  }

  start(id: number, arrive: (request: FleetRequest) => Walk): void {
    const { caller, leavesAfterMs, model, session } = this.#turn;
    if (leavesAfterMs !== undefined) {
      this.#leaving = this.#watch.clock.setTimer(leavesAfterMs, () => this.#leave());
    }
    const { key, priority = 0 } = caller;
    this.#walk = arrive({ id, key, model, session, priority, signal: this.#cancellation });
    this.#goOn();
  }

  onFirstContent(cachedTokens: number): void {
    this.#hasContent = true;
    this.#placement?.firstContent();
    this.#watch.firstContent(this.#turn, this.#watch.clock.now() - this.#arrivedMs, cachedTokens);
  }

  onAnswered(): void {
    this.#placement?.answered();
    this.#end("answered");
  }

  onFailed(failure: Failure): void {
    this.#placement?.failed(failure);
    this.#placement = undefined;
    if (this.#hasContent) this.#end("cut");
    else this.#goOn();
  }

  #goOn(): void {
    const step = this.#walk?.next();
    if (step === undefined) return;
    if (!("then" in step)) {
      this.#take(step);
      return;
    }
    this.#watch.waiting(1);
    step.then(
      (taken) => {
        this.#watch.waiting(-1);
        this.#take(taken);
      },
      (error: unknown) => {
        this.#watch.waiting(-1);
        this.#watch.broke(error);
      },
    );
  }

  #take(step: Placement | Failure): void {
    if (!isPlacement(step)) {
      if (!this.#isOver) this.#end(step.kind === "cancelled" ? "left" : "failed");
    } else if (this.#isOver) {
      step.left();
    } else {
      this.#placement = step;
      const server = this.#watch.serverOf(step);
      this.#watch.calling(this.#turn, server);
      this.#callOff = server.submit(this);
    }
  }

  #leave(): void {
    this.#callOff?.();
    this.#placement?.left();
    this.#end("left");
    this.#cancellation.cancel();
  }

  #end(ending: Ending): void {
    this.#isOver = true;
    this.#leaving?.cancel();
    this.#watch.ended(this.#turn, ending);
    this.#turn.over(ending === "answered");
  }
}
