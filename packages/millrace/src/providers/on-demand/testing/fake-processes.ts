import type {
  Launch,
  OutputStream,
  ProcessExit,
  ProcessListener,
  ProcessPort,
  ServerProcess,
} from "../process-port.ts";

/** A process that does what the test says. */
export class FakeProcess implements ServerProcess {
  readonly launch: Launch;
  /** What it was sent, in order. */
  readonly signals: ("TERM" | "KILL")[] = [];
  /** It does not end when it is asked to. */
  stubborn = false;
  exited = false;
  readonly #listener: ProcessListener;

  constructor(launch: Launch, listener: ProcessListener) {
    this.launch = launch;
    this.#listener = listener;
  }

  print(stream: OutputStream, text: string): void {
    this.#listener.output(stream, text);
  }

  exit(exit: ProcessExit = { code: 0 }): void {
    if (this.exited) throw new Error("A process ends once.");
    this.exited = true;
    this.#listener.exited(exit);
  }

  terminate(): void {
    if (this.exited) return;
    this.signals.push("TERM");
    if (!this.stubborn) queueMicrotask(() => this.exited || this.exit());
  }

  kill(): void {
    if (this.exited) return;
    this.signals.push("KILL");
    queueMicrotask(() => this.exited || this.exit({ signal: "SIGKILL" }));
  }
}

/** A machine without processes: what is started is written down. */
export class FakeProcesses implements ProcessPort {
  readonly spawned: FakeProcess[] = [];
  /** Ports that somebody listens on. */
  readonly taken = new Set<number>();
  /** Whether processes end when they are asked to, from their start on. */
  stubborn = false;
  /** Why nothing can be started. */
  broken: Error | undefined;
  awake = 0;
  #port = 40_000;

  get alive(): readonly FakeProcess[] {
    return this.spawned.filter(({ exited }) => !exited);
  }

  spawn(launch: Launch, listener: ProcessListener): ServerProcess {
    if (this.broken !== undefined) throw this.broken;
    const process = new FakeProcess(launch, listener);
    process.stubborn = this.stubborn;
    this.spawned.push(process);
    return process;
  }

  async freePort(): Promise<number> {
    this.#port += 1;
    return this.#port;
  }

  async isTaken(_host: string, port: number): Promise<boolean> {
    return this.taken.has(port);
  }

  stayAwake(): () => void {
    this.awake += 1;
    return () => (this.awake -= 1);
  }
}
