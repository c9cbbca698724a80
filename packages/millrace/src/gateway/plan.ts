import type { Limits } from "../model/limits.ts";
import type { GatewayProvider, StartWait, Timeouts } from "../providers/provider.ts";
import type { KeyStore } from "./ports.ts";

/** A provider plus one of its models. */
export interface Target {
  readonly provider: GatewayProvider;
  /** The id the provider knows the model by. */
  readonly model: string;
}

/** A name that clients ask for, and the targets it stands for, in the order they are tried. */
export interface ModelRoute {
  readonly name: string;
  readonly targets: readonly Target[];
}

/** The compiled configuration: read-only, swapped whole on reload. */
export interface Plan {
  readonly providers: ReadonlyMap<string, GatewayProvider>;
  readonly models: ReadonlyMap<string, ModelRoute>;
  readonly keys: KeyStore;
  readonly limits: Limits;
  readonly timeouts: Partial<Timeouts>;
  /** Requests being served at once, before more are refused; 0 means no limit. */
  readonly maxInFlight: number;
  /** How often a waiting stream is kept alive with a comment. */
  readonly keepAliveMs: number;
  /** How long a request waits for a local server that is starting, when nobody else can answer it. */
  readonly startWait: StartWait;
  /** How long a merged model list stays fresh, and how long one provider may take to give its own. */
  readonly modelListTtlMs: number;
  readonly modelListTimeoutMs: number;
  /** Why the configuration file, as it is now, is not in force; readiness tells it. */
  readonly configProblem?: string;
}
