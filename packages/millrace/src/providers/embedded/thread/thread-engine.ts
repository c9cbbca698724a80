import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { CancelSignal } from "../../../model/cancellation.ts";
import { providerError } from "../../../model/errors.ts";
import type { Embedded, Engine, EngineSettings, Generated, GenerateRequest, LoadedModel, Piece } from "../engine.ts";
import { threadEnded } from "../engine-failures.ts";
import type { FromThread, Task, TaskKind, Tasks, ToThread } from "./messages.ts";

/** Beside this file, built or not. */
const ENTRY = new URL(`./engine-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/** Starts the thread of an engine. */
export type StartThread = () => Worker;

const startThread: StartThread = () => new Worker(ENTRY, { name: "millrace engine" });

export function startThreadEngine(settings: EngineSettings): Engine {
  return new ThreadEngine(settings, startThread());
}

interface Waiting {
  readonly onPieces: (pieces: readonly Piece[]) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** An engine in a thread of its own, as its owner sees it. The thread keeps the process alive while it has a task. */
export class ThreadEngine implements Engine {
  readonly ended: Promise<Error>;
  readonly #settings: EngineSettings;
  readonly #thread: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #tasks = 0;
  #error: Error | undefined;
  #hasExited = false;
  #isClosing = false;

  constructor(settings: EngineSettings, thread: Worker) {
    this.#settings = settings;
    this.#thread = thread;
    thread.unref();
    thread.on("message", (message: FromThread) => this.#received(message));
    thread.on("error", (error) => (this.#error = error));
    this.#exited = new Promise((resolve) => thread.once("exit", () => resolve()));
    this.ended = new Promise((resolve) => {
      void this.#exited.then(() => {
        const error = this.#exit();
        if (!this.#isClosing) resolve(error);
      });
    });
  }

  load(): Promise<LoadedModel> {
    return this.#run("load", this.#settings);
  }

  generate(
    request: GenerateRequest,
    onPieces: (pieces: readonly Piece[]) => void,
    signal: CancelSignal,
  ): Promise<Generated> {
    return this.#run("generate", request, signal, onPieces);
  }

  embed(texts: readonly string[], signal: CancelSignal): Promise<Embedded> {
    return this.#run("embed", texts, signal);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#hasExited) return;
    this.#thread.ref();
    this.#post({ kind: "close" });
    // However long it takes: ending the thread in the middle of native code ends the process.
    await this.#exited;
  }

  async #run<K extends TaskKind>(
    kind: K,
    given: Tasks[K]["given"],
    signal?: CancelSignal,
    onPieces: (pieces: readonly Piece[]) => void = () => undefined,
  ): Promise<Tasks[K]["result"]> {
    const task = ++this.#tasks;
    const cancel = (): void => this.#post({ kind: "cancel", task });
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(task, { onPieces, resolve, reject });
    });
    this.#thread.ref();
    if (this.#hasExited) this.#exit();
    else this.#post({ kind, task, given } as Task);
    signal?.addEventListener("abort", cancel);
    if (signal?.aborted === true) cancel();
    try {
      // The thread answers each kind of task with that kind's result.
      return (await result) as Tasks[K]["result"];
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#waiting.delete(task);
      if (this.#waiting.size === 0 && !this.#isClosing) this.#thread.unref();
    }
  }

  #post(message: ToThread): void {
    this.#thread.postMessage(message);
  }

  #received(message: FromThread): void {
    const waiting = this.#waiting.get(message.task);
    if (message.kind === "pieces") waiting?.onPieces(message.pieces);
    else if (message.kind === "done") waiting?.resolve(message.result);
    else waiting?.reject(providerError(message.failure));
  }

  /** Every task that waits fails. */
  #exit(): Error {
    this.#hasExited = true;
    const error = threadEnded(this.#error ?? new Error("its thread is over"));
    for (const { reject } of this.#waiting.values()) reject(error);
    return error;
  }
}
