import { resolve } from "node:path";
import type { Clock } from "../../model/clock.ts";
import { ConfigurationError } from "../../model/errors.ts";
import type { Engine, EngineSettings } from "./engine.ts";

/** A model in a file that is served from this process. */
export interface EmbeddedModel {
  /** The GGUF file; of one in several parts, the first. */
  readonly file: string;
  /** Tokens of one conversation, answer included. By default 8192, or what the model was made for, if that is less. */
  readonly context?: number;
  /** How many answers are generated at once, by default 1. Each takes the memory of one context. */
  readonly slots?: number;
  /** By default one less than the cores that are good at this, at least 1 and at most 8. */
  readonly threads?: number;
  /** `auto` (the default) uses a graphics card where there is one, `off` never does. */
  readonly gpu?: "auto" | "off";
  /** Without a request for this long the model is unloaded, in milliseconds; 0 keeps it. By default ten minutes. */
  readonly idleMs?: number;
}

export interface EmbeddedOptions {
  readonly model: EmbeddedModel;
  readonly clock: Clock;
  /** Where the engine's package is looked for besides this program's own folder; by default where the program runs. */
  readonly packageFolders?: readonly string[];
  /** Starts an engine; by default one in a thread of its own. */
  readonly startEngine?: (settings: EngineSettings) => Engine;
}

/** A model with all that was left out filled in. */
export type EmbeddedSettings = Required<Omit<EmbeddedModel, "threads">> & Pick<EmbeddedModel, "threads">;

const IDLE_MS = 600_000;
const CONTEXT_TOKENS = 8192;

/** What each number may be, by what the configuration calls it. */
const RANGES = {
  context: { least: 128, most: 16_777_216 },
  slots: { least: 1, most: 64 },
  threads: { least: 1, most: 512 },
  idleMs: { least: 0, most: Number.MAX_SAFE_INTEGER },
} as const;

/** @throws {ConfigurationError} where a value cannot be used as it is */
export function embeddedSettings(model: EmbeddedModel): EmbeddedSettings {
  const { file, context = CONTEXT_TOKENS, slots = 1, gpu = "auto", idleMs = IDLE_MS, threads } = model;
  if (file.trim() === "" || file.includes("\0")) {
    throw new ConfigurationError("model", "`model` must be the path of a GGUF file.");
  }
  const numbers = { context, slots, idleMs, ...(threads === undefined ? {} : { threads }) };
  for (const [name, value] of Object.entries(numbers)) checkNumber(name as keyof typeof RANGES, value);
  return { file: resolve(file), gpu, ...numbers };
}

function checkNumber(name: keyof typeof RANGES, value: number): void {
  const { least, most } = RANGES[name];
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new ConfigurationError(name, `\`${name}\` must be a whole number from ${least} to ${most}, not ${value}.`);
}
