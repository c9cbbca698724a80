import type { Limits } from "../model/limits.ts";
import type { GatewayProvider, StartWait, Timeouts } from "../providers/provider.ts";
import type { KeyStore } from "./ports.ts";

/** A provider plus one of its models. */
export interface Target {
  readonly provider: GatewayProvider;
  /** The id the provider knows the model by. */
  readonly model: string;
}

/**
 * How one of several equal targets is chosen:
 *
 * - `ordered`: in the order of the configuration.
 * - `weighted`: by chance, in proportion to the weights.
 * - `round-robin`: each in turn.
 * - `least-busy`: the one with the fewest calls for its size.
 * - `lowest-latency`: the one that was quickest to its first content.
 * - `cheapest`: the one with the lowest price; an unknown price comes last.
 * - `adaptive`: the better of two drawn by chance, by latency, calls in flight and health.
 */
export type Strategy = (typeof STRATEGY_NAMES)[number];

export const STRATEGY_NAMES = [
  "ordered",
  "weighted",
  "round-robin",
  "least-busy",
  "lowest-latency",
  "cheapest",
  "adaptive",
] as const;

/** A target of a model, among its equals. */
export interface RouteTarget extends Target {
  /** Its share under `weighted`; 1 by default. */
  readonly weight: number;
}

/** A name that clients ask for, and the targets it stands for. */
export interface ModelRoute {
  /** May hold one `*`, which stands for any run of characters; the same run replaces a `*` in a target's model. */
  readonly name: string;
  /** Groups of equals: the first group goes first, and within a group the strategy decides. */
  readonly tiers: readonly (readonly RouteTarget[])[];
  readonly strategy: Strategy;
  /** Whether a conversation stays with the target that answered it last, while that can take it. */
  readonly affinity: boolean;
  /** Asked, in order, when the conversation is too long for a target. */
  readonly onContextOverflow: readonly Target[];
  /** Asked, in order, when a target refuses the content. */
  readonly onRefusal: readonly Target[];
  /** Whether a second target is asked when the first is slower to its first content than it nearly always is. */
  readonly hedge: boolean;
}

/** US dollars for a million tokens. */
export interface Price {
  readonly inputUsd: number;
  readonly outputUsd: number;
  /** For tokens that were read from a prompt cache; by default as other input. */
  readonly cacheReadUsd?: number;
  /** For tokens that were written to one; by default as other input. */
  readonly cacheWriteUsd?: number;
  /** For those of them that are kept there for an hour; by default as others that were written. */
  readonly cacheWrite1hUsd?: number;
}

/** What a provider's models cost, by name or `*` pattern; the first that fits counts. */
export type PriceList = readonly { readonly models: string; readonly price: Price }[];

/** Bounds of the line before a server whose places are all taken. */
export interface QueueLimits {
  /** 0 is no limit. */
  readonly maxWaitMs: number;
  /** Requests that may wait for one server. */
  readonly length: number;
}

/** The compiled configuration: read-only, swapped whole on reload. */
export interface Plan {
  readonly providers: ReadonlyMap<string, GatewayProvider>;
  /** By name; patterns too, in the order of the configuration. */
  readonly models: ReadonlyMap<string, ModelRoute>;
  /** By the name of the provider. */
  readonly prices: ReadonlyMap<string, PriceList>;
  readonly keys: KeyStore;
  readonly limits: Limits;
  readonly timeouts: Partial<Timeouts>;
  /** Requests that a provider's server takes at once, by the name of the provider, where the configuration says. */
  readonly slots: ReadonlyMap<string, number>;
  readonly queue: QueueLimits;
  /** Calls to targets that one request may cost. */
  readonly maxAttempts: number;
  /** How often local servers are looked at, in milliseconds; 0 is never. */
  readonly probeMs: number;
  /** Requests being served at once, before more are refused; 0 means no limit. */
  readonly maxInFlight: number;
  /** How often a waiting stream is kept alive with a comment. */
  readonly keepAliveMs: number;
  /** How long a request waits for a local server that is starting, when nobody else can answer it. */
  readonly startWait: StartWait;
  /** Whether, while one target loads a model, another may be made to load it too. */
  readonly loadElsewhere: boolean;
  /** Refuse what a target cannot be sent as it was asked, instead of leaving something out. */
  readonly strict: boolean;
  /** How long a merged model list stays fresh, and how long one provider may take to give its own. */
  readonly modelListTtlMs: number;
  readonly modelListTimeoutMs: number;
  /** Why the configuration file, as it is now, is not in force; readiness tells it. */
  readonly configProblem?: string;
}
