/** What every SDK's script shares: where the gateway is, the SDK itself, and facts that hold or do not. */
import { isDeepStrictEqual } from "node:util";
import type { Wire } from "../agents/agent.ts";
import type { UpstreamId } from "../upstream/dialect.ts";

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; these scripts are started by the suite`);
  return value;
}

export const gateway: string = variable("SDK_GATEWAY");
export const model: string = variable("SDK_MODEL");
export const wire = variable("SDK_WIRE") as Wire;
export const upstream = variable("SDK_UPSTREAM") as UpstreamId;

const loader = (await import(variable("SDK_LOADER"))) as { load(name: string): Promise<unknown> };

/** A package of the client's own folder, of which the caller says what it uses. */
export async function load<T>(name: string): Promise<T> {
  return (await loader.load(name)) as T;
}

let held = 0;

/** Prints what does not hold, and goes on to the next fact. */
export async function fact(name: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
    held += 1;
  } catch (error) {
    const text = error instanceof Error ? error.message : JSON.stringify(error);
    process.stdout.write(`FAILED ${name}: ${text.replaceAll(/\s+/g, " ").slice(0, 600)}\n`);
    process.exitCode = 1;
  }
}

/** The last line of a script, by which the suite knows that it came to its end. */
export function allFactsSaid(): void {
  process.stdout.write(`${held} facts hold\n`);
}

export function expectEqual(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`found ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

export function expectThat(holds: boolean, what: string, found?: unknown): void {
  if (!holds) throw new Error(found === undefined ? what : `${what}; found ${JSON.stringify(found)}`);
}

/** Everything an async iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
