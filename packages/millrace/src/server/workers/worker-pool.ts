import type { Clock } from "../../model/clock.ts";
import { stayAwake } from "../../providers/transport/stay-awake.ts";
import type { ListenAddress } from "../config/settings.ts";
import { newGatewayId } from "../ids.ts";
import type { ServerLog } from "../log/log.ts";
import type { BatchContent } from "./batch.ts";
import type { InForce, Order } from "./messages.ts";
import { seatsFor, seatsTaken, vacate } from "./shared-seats.ts";
import { unreadWord } from "./unread.ts";
import { type StartThread, WorkerEndedError, WorkerThread } from "./worker-thread.ts";

/** A worker that does not come up, or not for long, is not tried in a loop. */
const START_AGAIN_MS = 1_000;

export interface PoolOptions {
  readonly workers: number;
  readonly inForce: InForce;
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly onBatch: (content: BatchContent) => void;
  readonly startThread: StartThread;
}

/** The workers, which all serve with the same settings. One that ends is replaced. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #seats: Int32Array<SharedArrayBuffer>;
  readonly #gatewayId = newGatewayId();
  /** By number, from 1; those that have ended and are not replaced yet are missing. */
  readonly #threads = new Map<number, WorkerThread>();
  #inForce: InForce;
  #address: ListenAddress | undefined;
  /** What changes the workers, or what they serve with, comes one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #stopping = false;
  /** Without it the process would end while the last worker that ended is being replaced. */
  readonly #letSleep = stayAwake();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#inForce = options.inForce;
    this.#seats = seatsFor(options.workers);
  }

  get inFlight(): number {
    return seatsTaken(this.#seats);
  }

  /**
   * Starts every worker; none listens yet.
   *
   * @throws what a worker failed with
   */
  async start(): Promise<void> {
    const numbers = Array.from({ length: this.#options.workers }, (_, index) => index + 1);
    await Promise.all(numbers.map((worker) => this.#startOne(worker)));
  }

  /** @throws what `node:net` throws when the address cannot be had */
  listen(address: ListenAddress): Promise<void> {
    return this.#inTurn(async () => {
      await this.#askAll({ kind: "listen", address });
      this.#address = address;
    });
  }

  /**
   * Puts other settings in force in every worker, or in none.
   *
   * @throws what a worker failed with; then nothing has changed
   */
  use(inForce: InForce): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#askAll({ kind: "prepare", inForce });
      } catch (error) {
        await this.#askAll({ kind: "discard" });
        throw error;
      }
      this.#inForce = inForce;
      await this.#askAll({ kind: "commit" });
    });
  }

  reportProblem(problem: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#inForce = { ...this.#inForce, problem };
      await this.#askAll({ kind: "problem", problem });
    });
  }

  /** Lets requests finish within `limitMs`, cancels the rest; gives how many those were. */
  async stop(limitMs: number): Promise<number> {
    this.#stopping = true;
    const cut = await Promise.all(
      [...this.#threads].map(([worker, thread]) =>
        thread.ask({ kind: "stop", limitMs }).catch((error: unknown) => {
          if (error instanceof WorkerEndedError) return vacate(this.#seats, worker);
          throw error;
        }),
      ),
    );
    await this.#turn;
    this.#letSleep();
    return cut.reduce((sum, count) => sum + count, 0);
  }

  /** Ends every thread, whatever it does. */
  async terminate(): Promise<void> {
    this.#stopping = true;
    this.#letSleep();
    await Promise.all([...this.#threads.values()].map((thread) => thread.terminate()));
  }

  /** Resolves when all have answered; a worker that has ended has nothing to say. */
  async #askAll(order: Order): Promise<void> {
    const answers = await Promise.allSettled([...this.#threads.values()].map((thread) => thread.ask(order)));
    for (const answer of answers) {
      if (answer.status === "rejected" && !(answer.reason instanceof WorkerEndedError)) throw answer.reason;
    }
  }

  /** Starts a worker, and lets it listen where the others do already. */
  async #startOne(worker: number): Promise<void> {
    const { startThread, log, onBatch } = this.#options;
    const unread = unreadWord();
    const start = {
      inForce: this.#inForce,
      gatewayId: this.#gatewayId,
      worker,
      logFormat: log.format,
      seats: this.#seats,
      unread,
    };
    const thread = new WorkerThread(startThread(start), unread, onBatch);
    this.#threads.set(worker, thread);
    try {
      await thread.started;
      if (this.#address !== undefined && !this.#stopping) {
        await thread.ask({ kind: "listen", address: this.#address });
      }
    } catch (error) {
      this.#threads.delete(worker);
      await thread.terminate();
      throw error;
    }
    const since = this.#options.clock.now();
    void thread.ended.then((error) => this.#ended(worker, since, error));
  }

  /** The requests it served have ended with it; what they held is given back. */
  #ended(worker: number, since: number, error: Error | undefined): void {
    this.#threads.delete(worker);
    if (this.#stopping) return;
    const lost = vacate(this.#seats, worker);
    const { clock, log } = this.#options;
    log.error("defect", { worker, lost, error: error?.stack ?? "The thread has ended by itself." });
    if (clock.now() - since >= START_AGAIN_MS) this.#replace(worker);
    else this.#replaceLater(worker);
  }

  #replace(worker: number): void {
    const { log } = this.#options;
    const replaced = this.#inTurn(async () => {
      if (this.#stopping) return;
      await this.#startOne(worker);
      log.info("worker_replaced", { worker });
    });
    replaced.catch((error: unknown) => {
      vacate(this.#seats, worker);
      log.error("worker_missing", { worker, message: `It is started again in a second. ${String(error)}` });
      this.#replaceLater(worker);
    });
  }

  #replaceLater(worker: number): void {
    this.#options.clock.setTimer(START_AGAIN_MS, () => this.#replace(worker));
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
