import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { BatchContent } from "./batch.ts";
import type { Answer, FromWorker, Order, WorkerStart } from "./messages.ts";
import { Unread } from "./unread.ts";

/** Beside this file, built or not. */
const ENTRY = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/** The thread ended before it answered. */
export class WorkerEndedError extends Error {
  override readonly name = "WorkerEndedError";
}

/** Starts the thread of a worker. */
export type StartThread = (start: WorkerStart) => Worker;

export const startThread: StartThread = (start) =>
  new Worker(ENTRY, { workerData: start, name: `millrace ${start.worker}` });

interface Waiting {
  readonly resolve: (left: number) => void;
  readonly reject: (error: Error) => void;
}

/** A worker as the main thread sees it: it is given orders and answers each, in order. */
export class WorkerThread {
  /** Resolves when the thread has ended, with what ended it, if that was an error. */
  readonly ended: Promise<Error | undefined>;
  /** Resolves when it can be given orders. */
  readonly started: Promise<number>;
  readonly #thread: Worker;
  readonly #waiting: Waiting[] = [];
  #error: Error | undefined;
  #hasEnded = false;

  constructor(thread: Worker, unread: Int32Array<SharedArrayBuffer>, onBatch: (content: BatchContent) => void) {
    this.#thread = thread;
    const taken = new Unread(unread);
    thread.on("message", (message: FromWorker) => {
      if (message.kind === "batch") {
        onBatch(message);
        taken.taken();
      } else {
        this.#answered(message);
      }
    });
    thread.on("error", (error) => (this.#error = error));
    this.ended = new Promise((resolve) => thread.once("exit", () => resolve(this.#end())));
    this.started = this.#answer();
  }

  /**
   * @returns what `stop` answers: how many requests were cancelled
   * @throws what the worker failed with, or {@link WorkerEndedError}
   */
  ask(order: Order): Promise<number> {
    const answer = this.#answer();
    if (this.#hasEnded) this.#end();
    else this.#thread.postMessage(order);
    return answer;
  }

  async terminate(): Promise<void> {
    await this.#thread.terminate();
  }

  #answer(): Promise<number> {
    const answer = new Promise<number>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // Whoever waits hears of a failure; it is no second failure that some answers interest nobody.
    answer.catch(() => undefined);
    return answer;
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if (answer.kind === "done") waiting?.resolve(answer.left);
    else waiting?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }

  #end(): Error | undefined {
    this.#hasEnded = true;
    const reason = this.#error?.message ?? "by itself";
    for (const { reject } of this.#waiting.splice(0))
      reject(new WorkerEndedError(`A worker's thread has ended: ${reason}`, { cause: this.#error }));
    return this.#error;
  }
}
