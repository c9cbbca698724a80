import type { FailureKind } from "../../model/failure.ts";
import type { Limits } from "../../model/limits.ts";
import type { Timeouts } from "../../providers/provider.ts";
import type { Script } from "../scripted-upstream/scripted-upstream.ts";

/** A server that gives more than anyone should take, and how a call to it has to end. */
export interface HostileUpstream {
  readonly name: string;
  /** What it is asked for. `whole`: a chat that the server is not asked to stream. */
  readonly ask: "stream" | "whole" | "embeddings" | "models";
  readonly script: Script;
  /** The kind of error that says so; nothing where what is hostile comes behind a complete answer. */
  readonly kind: FailureKind | undefined;
  /** Limits below the defaults, where those are for more than one stream. */
  readonly limits?: Partial<Limits>;
  /** Limits that cut it short, where the defaults only cost time; the long run goes without them. */
  readonly shortLimits?: Partial<Limits>;
  /** Clocks, where no bound on bytes applies: what it sends is nowhere held. */
  readonly timeouts?: Partial<Timeouts>;
}
