import type { TargetView } from "../fleet/view.ts";
import type { CatalogView } from "../catalog.ts";
import type { Plan, RouteTarget } from "../plan.ts";
import { keepConversation } from "./affinity.ts";
import { Contender, type Group, RANKS } from "./contender.ts";
import type { LiveState } from "./live-state.ts";
import { type Named, findTargets } from "./names.ts";
import { noCandidate } from "./no-target.ts";
import { inWantedOrder, unwanted } from "./preferences.ts";
import type { Excluded, RouteDecision, RouteQuestion } from "./question.ts";
import { STRATEGIES } from "./strategies/strategies.ts";
import type { Around, StrategyRule } from "./strategies/strategy.ts";
import { mixed, textHash } from "./text-hash.ts";

/**
 * The targets that may answer, in the order to try them, and those that may not, each with the reason. Pure: the same
 * question, plan, catalog and live state give the same answer, so it can be explained as well as followed.
 */
export function decideRoute(question: RouteQuestion, plan: Plan, catalog: CatalogView, live: LiveState): RouteDecision {
  const found = findTargets(question, plan, catalog);
  if ("failure" in found) return { candidates: [], excluded: [], failure: found.failure };
  const decision = new Decision(question, plan, live, found);
  for (const tier of found.tiers) decision.add(tier);
  return decision.made();
}

/** A route being decided, one group of equals after the other. */
class Decision {
  readonly #question: RouteQuestion;
  readonly #plan: Plan;
  readonly #live: LiveState;
  readonly #named: Named;
  readonly #around: Around;
  /** Who answered the conversation last. */
  readonly #holder: string | undefined;
  readonly #targets: number;
  readonly #excluded: Excluded[] = [];
  #candidates: Contender[] = [];
  #kept: Contender | undefined;
  #place = 0;

  constructor(question: RouteQuestion, plan: Plan, live: LiveState, named: Named) {
    this.#question = question;
    this.#plan = plan;
    this.#live = live;
    this.#named = named;
    const { route, tiers } = named;
    const conversation = route?.affinity === true ? question.sessionKey : undefined;
    this.#holder = conversation === undefined ? undefined : live.affinity.get(question.model, conversation);
    this.#around = {
      prices: plan.prices,
      // The same conversation draws the same lots wherever it is new: in another worker, or after a restart.
      lot: conversation === undefined ? Math.floor(live.random() * TWO_31) : lotOf(question.model, conversation),
      turn: once(() => live.turn(route?.name ?? question.model)),
    };
    let targets = 0;
    for (const tier of tiers) targets += tier.length;
    this.#targets = targets;
  }

  add(tier: readonly RouteTarget[]): void {
    const { route, origin } = this.#named;
    const rule = route === undefined || tier.length < 2 ? undefined : STRATEGIES[route.strategy];
    const equals = this.#open(tier, {
      origin,
      model: this.#question.model,
      targets: this.#targets,
      measure: rule?.measure,
    });
    const arranged = rule === undefined || equals.length < 2 ? equals : byRank(equals, rule, this.#around);
    if (this.#holder !== undefined && keepConversation(arranged, this.#holder)) this.#kept = arranged[0];
    for (const contender of arranged) this.#candidates.push(contender);
  }

  made(): RouteDecision {
    const { preferences } = this.#question;
    const { route } = this.#named;
    if (preferences?.order !== undefined) this.#candidates = inWantedOrder(this.#candidates, preferences.order);
    if (preferences?.failover === false) {
      for (const { provider, model } of this.#candidates.splice(1)) {
        this.#excluded.push({ provider, model, reason: "the request wants no fail-over" });
      }
    }
    const [head] = this.#candidates;
    return {
      ...(route !== undefined && { route }),
      candidates: this.#candidates,
      excluded: this.#excluded,
      ...(this.#targets === 1 && { alone: true }),
      ...(head !== undefined && head === this.#kept && { affine: true }),
      ...(head === undefined && { failure: noCandidate(this.#question, this.#excluded, this.#live.nowMs) }),
    };
  }

  /** Those of the equals that may be asked; the others are told why not. */
  #open(tier: readonly RouteTarget[], group: Group): Contender[] {
    const { operation, preferences } = this.#question;
    const { fleet, nowMs } = this.#live;
    const open: Contender[] = [];
    for (const target of tier) {
      this.#place += 1;
      const { provider, model } = target;
      const reason = provider.operations.includes(operation)
        ? preferences && unwanted(target, preferences, this.#plan.prices)
        : `${provider.name} does not offer ${operation}`;
      if (reason !== undefined) {
        this.#excluded.push({ provider, model, reason });
        continue;
      }
      const view = fleet.view(target, nowMs);
      if (isClosed(view, nowMs) && !(this.#targets === 1 && view.closed.soft === true)) {
        const { kind, reason: why, untilMs } = view.closed;
        this.#excluded.push({ provider, model, reason: why, untilMs, kind });
      } else {
        open.push(new Contender(target, view, this.#place, lotAt(this.#around.lot, this.#place), group));
      }
    }
    return open;
  }
}

/** A closure that has ended keeps nobody away: whether it is a trial is the fleet's business. */
function isClosed(view: TargetView, nowMs: number): view is TargetView & { closed: NonNullable<TargetView["closed"]> } {
  return view.closed !== undefined && view.closed.untilMs > nowMs;
}

/** Arranges those of each rank by themselves, so that who has room goes before who is full, under every strategy. */
function byRank(equals: Contender[], rule: StrategyRule, around: Around): Contender[] {
  const first = equals[0]?.rank;
  if (equals.every(({ rank }) => rank === first)) {
    rule.arrange(equals, around);
    return equals;
  }
  return RANKS.flatMap((rank) => {
    const peers = equals.filter((contender) => contender.rank === rank);
    if (peers.length > 1) rule.arrange(peers, around);
    return peers;
  });
}

const TWO_31 = 0x8000_0000;

function lotOf(model: string, conversation: string): number {
  return textHash(conversation, textHash(model)) % TWO_31;
}

/** One draw gives a lot to every place. */
function lotAt(lot: number, place: number): number {
  return mixed(lot ^ Math.imul(place, 0x9e3779b1)) >>> 1;
}

function once(count: () => number): () => number {
  let counted: number | undefined;
  return () => (counted ??= count());
}
