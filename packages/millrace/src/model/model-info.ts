import type { Failure } from "./failure.ts";
import type { JsonObject } from "./json.ts";

/** A model that a provider offers. */
export interface ModelInfo {
  /** The id to ask for. */
  readonly id: string;
  /** A name for people; the id where the server gives none. */
  readonly name: string;
  /** The name of the provider instance. */
  readonly provider: string;
  /** What the server says about ownership, where it says. */
  readonly ownedBy?: string;
  /** Seconds since the epoch. */
  readonly created?: number;
  /** Tokens of one conversation, where the server says. */
  readonly contextLength?: number;
  readonly maxOutputTokens?: number;
  /** Number of weights, where the server says. */
  readonly parameters?: number;
  readonly aliases?: readonly string[];
  /** Whether it can answer now: a server may list models it has not loaded. */
  readonly state: "ready" | "loading" | "unloaded" | "failed" | "unknown";
  /** The server's whole entry. */
  readonly raw: JsonObject;
}

/** What a health check found. */
export interface Health {
  readonly healthy: boolean;
  /**
   * - `up`: answers.
   * - `loading`: reachable, not ready yet.
   * - `auth_required`: reachable, but it refuses the key (or wants one).
   * - `limited`: reachable, but it limits us for now.
   * - `failing`: reachable, answers with errors.
   * - `down`: not reachable.
   * - `stopped`: does not run now; the next call starts it.
   */
  readonly state: "up" | "loading" | "auth_required" | "limited" | "failing" | "down" | "stopped";
  readonly latencyMs: number;
  readonly failure?: Failure;
}
