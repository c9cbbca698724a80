import type { Clock, Timer } from "../../model/clock.ts";
import type { Launch, ProcessExit, ProcessListener, ProcessPort, ServerProcess } from "./process-port.ts";

export interface RunOptions {
  readonly processes: ProcessPort;
  readonly clock: Clock;
  readonly launch: Launch;
  /** From asking it to end until it is killed. */
  readonly stopMs: number;
  readonly listener: ProcessListener;
}

/** One process of a server, from its start to its end. */
export class ServerRun {
  readonly #clock: Clock;
  readonly #stopMs: number;
  readonly #process: ServerProcess;
  #over = false;
  #killing: Timer | undefined;

  constructor({ processes, clock, launch, stopMs, listener }: RunOptions) {
    this.#clock = clock;
    this.#stopMs = stopMs;
    this.#process = processes.spawn(launch, {
      output: (stream, text) => listener.output(stream, text),
      exited: (exit: ProcessExit) => {
        this.#over = true;
        this.#killing?.cancel();
        listener.exited(exit);
      },
    });
  }

  /** Asks it to end, and kills it when it does not. Only its end says that it is gone. Safe to call twice. */
  stop(): void {
    if (this.#over || this.#killing !== undefined) return;
    this.#killing = this.#clock.setTimer(this.#stopMs, () => this.#process.kill());
    this.#process.terminate();
  }
}
