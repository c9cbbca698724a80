import type { Settings } from "./config/settings.ts";
import type { FoundProviders } from "./find-providers.ts";
import type { ServerLog } from "./log/log.ts";

export interface ComposeOptions {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: ServerLog;
}

/** The program, put together and running, in one thread or in several. */
export interface Server {
  readonly url: string;
  /** Requests to models that are being served. */
  readonly inFlight: number;
  /** What the providers in force were made from. */
  readonly found: FoundProviders;
  /**
   * Puts other settings in force, whole or not at all. Providers that stay the same are kept.
   *
   * @throws {ConfigFileError} when a provider cannot be made; then nothing has changed
   */
  reload(settings: Settings): Promise<void>;
  /** The file cannot be used as it is now: readiness tells it until the next reload. */
  reportProblem(problem: string): void;
  /** Stops accepting, lets requests finish within `limitMs`, cancels the rest; gives how many those were. */
  stop(limitMs: number): Promise<number>;
}
