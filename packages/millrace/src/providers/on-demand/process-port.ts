/** What is started, complete. */
export interface Launch {
  readonly command: readonly string[];
  /** Added to this program's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Between asking it to end and killing it, where this program is not there to do it. */
  readonly graceMs: number;
}

export type OutputStream = "stdout" | "stderr";

/** How a process ended. */
export interface ProcessExit {
  readonly code?: number;
  readonly signal?: string;
  /** Why it never ran. */
  readonly error?: string;
}

/** Hears of a process; of its end exactly once, after its output, and never before `spawn` has returned. */
export interface ProcessListener {
  output(stream: OutputStream, text: string): void;
  exited(exit: ProcessExit): void;
}

/** A process with everything that it started. */
export interface ServerProcess {
  /** Asks it to end. Without effect once it has. */
  terminate(): void;
  /** Ends it. Without effect once it has. */
  kill(): void;
}

/** Processes and ports of this machine, as an argument. */
export interface ProcessPort {
  /** One that cannot be started ends with an `error`. Throws where this program is at a limit of its own. */
  spawn(launch: Launch, listener: ProcessListener): ServerProcess;
  /** A port of loopback that nobody listens on. */
  freePort(): Promise<number>;
  /** Whether somebody listens there. */
  isTaken(host: string, port: number): Promise<boolean>;
  /** Keeps this program running, although nothing else may, until what it gives is called. */
  stayAwake(): () => void;
}
