import type { ProviderError } from "../../model/errors.ts";
import type { Failure, FailureKind } from "../../model/failure.ts";
import type { Candidate, Routed } from "../exchange.ts";
import { OF_A_START } from "../fleet/start-waits.ts";
import type { Target } from "../plan.ts";
import { unwanted } from "../routing/preferences.ts";
import type { Failed } from "./one-attempt.ts";
import { wouldLoad } from "./would-load.ts";

/** What one key of a provider is refused for: another of its keys may do. */
const OF_THE_KEY: ReadonlySet<FailureKind> = new Set<FailureKind>(["auth", "permission", "quota", "rate_limit"]);

/** Who is asked next, in the light of what those before have said. */
export class Agenda {
  readonly failed: Failed[] = [];
  /** How long the request has waited for servers to start. */
  waitedMs = 0;
  readonly #routed: Routed;
  #open: readonly Candidate[];
  /** Those that may only be starting, and were not waited for yet. */
  #starting: readonly Failed[] = [];
  #started: Candidate | undefined;

  constructor(routed: Routed) {
    this.#routed = routed;
    this.#open = routed.candidates;
  }

  /** Who may be asked now, best first; nobody once the request has cost as many calls as it may. */
  next(): readonly Candidate[] {
    const { draft, live, plan } = this.#routed;
    if (draft.attempts.length === 0) return this.#withoutSecondLoads();
    if (this.#isUsedUp) return [];
    const mayLoad = plan.loadElsewhere || !this.#starting.some(({ error }) => error.kind === "loading");
    const mayBeAsked = (candidate: Candidate): boolean =>
      mayLoad || candidate === this.#started || !wouldLoad(this.#routed, candidate);
    const open = this.#open.filter((candidate) => live.fleet.mayRetry(candidate) && mayBeAsked(candidate));
    const [first] = open;
    if (first === undefined || first !== this.#started || live.fleet.view(first).closed !== undefined) return open;
    // It was waited for, so its place is, too.
    return [first];
  }

  /** Who may be asked beside one that has not answered yet: that it is slow is no reason to load a model elsewhere. */
  beside(): readonly Candidate[] {
    const mayLoad = this.#routed.plan.loadElsewhere;
    return this.next().filter((candidate) => mayLoad || !wouldLoad(this.#routed, candidate));
  }

  /** While one of them loads the model, no other is made to load it too. */
  #withoutSecondLoads(): readonly Candidate[] {
    const { live, plan } = this.#routed;
    const loads = (candidate: Candidate): boolean =>
      candidate.provider.local && live.fleet.view(candidate).condition === "loading";
    if (plan.loadElsewhere || !this.#open.some(loads)) return this.#open;
    return this.#open.filter((candidate) => loads(candidate) || !wouldLoad(this.#routed, candidate));
  }

  /** It is being called, so it is not called again, unless something speaks for it. */
  taken(candidate: Candidate): void {
    this.#open = this.#open.filter((other) => other !== candidate);
  }

  /** @throws {ProviderError} the error itself, where no other target can help */
  hasFailed(candidate: Candidate, error: ProviderError): void {
    this.failed.push({ candidate, error });
    const { failure } = error;
    const instead = this.#insteadOf(failure);
    if (instead.length > 0) this.#open = instead;
    else if (failure.retry === "never") throw error;
    if (OF_A_START.has(failure.kind)) this.#starting = [...this.#starting, { candidate, error }];
    if (OF_THE_KEY.has(failure.kind) && this.#hasAnotherKey(candidate)) this.#open = [candidate, ...this.#open];
  }

  /** The next that may only be starting, once; nobody where it could not be called any more. */
  takeStarting(): Failed | undefined {
    if (this.#isUsedUp) return undefined;
    const [first, ...others] = this.#starting;
    this.#starting = others;
    return first;
  }

  /** It has loaded its model meanwhile, so it is asked once more, and before anybody else. */
  hasStarted(candidate: Candidate): void {
    this.#started = candidate;
    this.#open = [candidate, ...this.#open];
  }

  /** The request has cost as many calls as it may. */
  get #isUsedUp(): boolean {
    const { draft, plan } = this.#routed;
    return draft.attempts.length >= plan.maxAttempts;
  }

  /** The targets that the configuration keeps for this failure, as far as the request wants them and they were not asked. */
  #insteadOf({ kind }: Failure): readonly Candidate[] {
    const { facts, route } = this.#routed;
    if (route === undefined || facts.preferences?.failover === false) return [];
    if (kind === "context_overflow") return this.#fresh(route.onContextOverflow, "for conversations that are too long");
    return kind === "content_filter" ? this.#fresh(route.onRefusal, "for content that was refused") : [];
  }

  #fresh(targets: readonly Target[], reason: string): readonly Candidate[] {
    const { draft, facts, operation, plan } = this.#routed;
    const { preferences } = facts;
    const fresh = targets
      .filter(({ provider }) => provider.operations.includes(operation))
      .filter((target) => preferences === undefined || unwanted(target, preferences, plan.prices) === undefined)
      .filter((target) => !this.failed.some(({ candidate }) => isSame(candidate, target)))
      .map((target) => ({ ...target, reason }));
    const unheard = fresh.filter((target) => !draft.candidates.some((candidate) => isSame(candidate, target)));
    draft.candidates = [...draft.candidates, ...unheard];
    return fresh;
  }

  #hasAnotherKey(candidate: Candidate): boolean {
    const { live } = this.#routed;
    const tries = this.failed.filter((failed) => failed.candidate === candidate).length;
    return tries < candidate.provider.credentials && live.fleet.view(candidate).closed === undefined;
  }
}

function isSame(one: Target, other: Target): boolean {
  return one.provider === other.provider && one.model === other.model;
}
