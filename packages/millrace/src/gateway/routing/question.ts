import type { Failure, FailureKind } from "../../model/failure.ts";
import type { Operation } from "../../providers/provider.ts";
import type { ModelRoute, Price, Target } from "../plan.ts";

/** What one request wants of routing beside the model. Documented for clients in docs/routing.md. */
export interface Preferences {
  /** Providers or `provider/model`, `*` allowed: these go first, in this order. */
  readonly order?: readonly string[];
  /** Nobody else is asked. */
  readonly only?: readonly string[];
  /** These are not asked. */
  readonly ignore?: readonly string[];
  /** US dollars for a million tokens; a target of unknown price is not asked. */
  readonly maxPrice?: Partial<Price>;
  /** Only servers on this machine or in this network. */
  readonly local?: boolean;
  /** False: the first target's failure is the answer. */
  readonly failover?: boolean;
  /** Nothing may be left out of what is asked. */
  readonly strict?: boolean;
  /** Higher goes first where requests wait; 0 by default. */
  readonly priority?: number;
}

/** What is asked for, and by whom as far as names go. */
export interface RouteQuestion {
  readonly model: string;
  readonly operation: Operation;
  /** Patterns of names the caller may see; absent means all. */
  readonly visibleModels?: readonly string[] | undefined;
  readonly preferences?: Preferences | undefined;
  /** What ties the requests of one conversation together. */
  readonly sessionKey?: string | undefined;
}

/** A target that may answer, and why it stands where it does. */
export interface Candidate extends Target {
  readonly reason: string;
  /** Lower is better, and only compared within one decision; absent where the strategy compares nothing. */
  readonly score?: number | undefined;
  /** It holds the conversation: its place is worth waiting for so long, before one elsewhere is taken. */
  readonly patienceMs?: number | undefined;
}

/** A target that is not asked, and why. */
export interface Excluded extends Candidate {
  /** When it may be asked again, on the clock that never goes back. */
  readonly untilMs?: number;
  /** The kind of the failure for which it is left alone. */
  readonly kind?: FailureKind | undefined;
}

/** Who may answer, in order, and who may not, each with the reason; or why nobody may. */
export interface RouteDecision {
  /** Absent for a target that was named, or that alone has the model. */
  readonly route?: ModelRoute;
  readonly candidates: readonly Candidate[];
  readonly excluded: readonly Excluded[];
  /** The name has one target only, which is asked where another would not be. */
  readonly alone?: boolean;
  /** The candidate at the head is there because it holds the conversation. */
  readonly affine?: boolean;
  readonly failure?: Failure;
}
