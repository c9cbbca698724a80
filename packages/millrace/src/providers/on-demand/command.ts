/** How to start a model server that runs only while it is used. Plain data. */
export interface OnDemandCommand {
  /** The program and its arguments; no shell reads them. `{port}` stands for the port it has to listen on. */
  readonly command: readonly string[];
  /** Added to this program's own environment. `{port}` stands for the port here too. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder it runs in; by default this program's own. */
  readonly cwd?: string;
  /** Without a call for this long it is stopped; 0 keeps it. Default 10 minutes. */
  readonly idleMs?: number;
  /** Servers of one group share room: one that starts stops those that are idle, and waits for those that are busy. */
  readonly group?: string;
  /** How many of its group may run at once. Default 1. */
  readonly groupSize?: number;
  /** From its start until it is ready. Default 2 minutes. */
  readonly startMs?: number;
  /** How long it may take to end when it is asked to, before it is killed. Default 10 seconds. */
  readonly stopMs?: number;
  /** How long a call waits for room in the group. Default 10 minutes. */
  readonly roomMs?: number;
  /** What it is listed with, also while it does not run; by default what it listed when it last ran. */
  readonly models?: readonly string[];
}

/** A server's limits, in milliseconds. */
export interface OnDemandLimits {
  readonly idleMs: number;
  readonly startMs: number;
  readonly stopMs: number;
  readonly roomMs: number;
}

const DEFAULTS: OnDemandLimits = { idleMs: 600_000, startMs: 120_000, stopMs: 10_000, roomMs: 600_000 };

export function limitsOf(command: OnDemandCommand): OnDemandLimits {
  const { idleMs, startMs, stopMs, roomMs } = command;
  return {
    idleMs: idleMs ?? DEFAULTS.idleMs,
    startMs: startMs ?? DEFAULTS.startMs,
    stopMs: stopMs ?? DEFAULTS.stopMs,
    roomMs: roomMs ?? DEFAULTS.roomMs,
  };
}

/** What stands for the port. Other braces are text, such as JSON in an argument. */
const PORT = "{port}";

/** Whether the server is told which port to listen on. */
export function takesPort({ command, env = {} }: OnDemandCommand): boolean {
  return [...command, ...Object.values(env)].some((text) => text.includes(PORT));
}

/** The arguments and the environment with the port in its places. */
export function withPort(
  { command, env = {} }: OnDemandCommand,
  port: number,
): { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const fill = (text: string): string => text.replaceAll(PORT, String(port));
  return {
    command: command.map(fill),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
  };
}
