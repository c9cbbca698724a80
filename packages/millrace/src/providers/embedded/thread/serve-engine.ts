import type { MessagePort } from "node:worker_threads";
import { Cancellation, type CancelSignal } from "../../../model/cancellation.ts";
import { ProviderError } from "../../../model/errors.ts";
import type { Failure } from "../../../model/failure.ts";
import type { Engine, EngineSettings, LoadedModel } from "../engine.ts";
import { generationFailed } from "../engine-failures.ts";
import type { FromThread, Task, TaskKind, Tasks, ToThread } from "./messages.ts";

/** The engine that does the work in this thread; who owns it notices by itself when the thread ends. */
export interface ServedEngine extends Omit<Engine, "ended" | "load"> {
  load(signal: CancelSignal): Promise<LoadedModel>;
}

/** Does what comes through the port, with an engine that the first task starts. */
export function serveEngine(port: MessagePort, start: (settings: EngineSettings) => ServedEngine): void {
  const server = new EngineServer(port, start);
  port.on("message", (message: ToThread) => server.receive(message));
}

type TaskOf<K extends TaskKind> = Extract<Task, { kind: K }>;

/** A task that is being done. */
interface UnderWay {
  readonly signal: Cancellation;
  readonly end: Promise<void>;
}

class EngineServer {
  readonly #port: MessagePort;
  readonly #start: (settings: EngineSettings) => ServedEngine;
  readonly #underWay = new Map<number, UnderWay>();
  #engine: ServedEngine | undefined;

  constructor(port: MessagePort, start: (settings: EngineSettings) => ServedEngine) {
    this.#port = port;
    this.#start = start;
  }

  receive(message: ToThread): void {
    if (message.kind === "close") void this.#close();
    else if (message.kind === "cancel") this.#underWay.get(message.task)?.signal.cancel();
    else this.#begin(message.kind, message);
  }

  readonly #work: {
    readonly [K in TaskKind]: (task: TaskOf<K>, signal: Cancellation) => Promise<Tasks[K]["result"]>;
  } = {
    load: ({ given }, signal) => (this.#engine = this.#start(given)).load(signal),
    generate: ({ given, task }, signal) =>
      this.#loaded().generate(given, (pieces) => this.#send({ kind: "pieces", task, pieces }), signal),
    embed: ({ given }, signal) => this.#loaded().embed(given, signal),
  };

  #loaded(): ServedEngine {
    if (this.#engine === undefined) throw new Error("An engine has to be loaded before it is asked.");
    return this.#engine;
  }

  #begin<K extends TaskKind>(kind: K, task: TaskOf<K>): void {
    const signal = new Cancellation();
    const end = this.#run(kind, task, signal).finally(() => this.#underWay.delete(task.task));
    this.#underWay.set(task.task, { signal, end });
  }

  async #run<K extends TaskKind>(kind: K, task: TaskOf<K>, signal: Cancellation): Promise<void> {
    try {
      this.#send({ kind: "done", task: task.task, result: await this.#work[kind](task, signal) });
    } catch (error) {
      this.#send({ kind: "failed", task: task.task, failure: failureIn(error) });
    }
  }

  async #close(): Promise<void> {
    const all = [...this.#underWay.values()];
    for (const { signal } of all) signal.cancel();
    // What is under way ends before its memory goes.
    await Promise.all(all.map(({ end }) => end));
    await this.#engine?.close();
    this.#port.close();
  }

  #send(message: FromThread): void {
    this.#port.postMessage(message);
  }
}

function failureIn(error: unknown): Failure {
  return error instanceof ProviderError ? error.failure : generationFailed(error);
}
