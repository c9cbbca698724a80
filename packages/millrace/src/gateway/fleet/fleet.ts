import type { Clock } from "../../model/clock.ts";
import type { Health, ModelInfo } from "../../model/model-info.ts";
import type { GatewayProvider, ServerLoad } from "../../providers/provider.ts";
import type { Room } from "../line/room.ts";
import type { Target } from "../plan.ts";
import { type Call, FleetCall } from "./call.ts";
import { conditionOf, serverCondition } from "./condition.ts";
import { ProviderState } from "./provider-state.ts";
import type { Closure, FleetView, TargetCondition, TargetView } from "./view.ts";

export type { Call } from "./call.ts";

export interface FleetOptions {
  readonly clock: Clock;
  /** From 0 to 1, without 1. */
  readonly random: () => number;
}

export interface BeginOptions {
  /** It is not the request's first call. */
  readonly retry?: boolean;
  /** Nobody else can be asked, so a target on its way back takes more at once than it otherwise would. */
  readonly insist?: boolean;
  /** It is the only target of its name, so what only helps to choose does not keep it from being asked. */
  readonly alone?: boolean;
}

/** What is known of a provider at one moment, whatever the model. */
export interface ProviderView {
  readonly condition: TargetCondition;
  /** Calls of this gateway, and of others where the server tells. */
  readonly inFlight: number;
  readonly slots: number | undefined;
  readonly waiting: number;
  /** What keeps all calls away. */
  readonly closed: Closure | undefined;
  /** What keeps each of its keys from being used, by their index. */
  readonly keys: readonly (Closure | undefined)[];
}

/**
 * The live state of everybody who may be asked. It belongs to the provider object, so what a reload leaves alone is
 * remembered, and what it removes is forgotten with its last call.
 */
export class Fleet implements FleetView {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #providers = new WeakMap<GatewayProvider, ProviderState>();

  constructor({ clock, random }: FleetOptions) {
    this.#clock = clock;
    this.#random = random;
  }

  view({ provider, model }: Target, nowMs: number = this.#clock.now()): TargetView {
    const state = this.#stateOf(provider);
    const known = state.targets.get(model);
    const target = known ?? state.unasked;
    const listed = known === undefined ? state.listedState(model) : known.listed;
    return {
      condition: conditionOf(state, target, listed, nowMs),
      inFlight: target.inFlight,
      serverInFlight: state.busy(nowMs),
      slots: state.slots,
      waiting: state.waiting(nowMs),
      firstContentMs: target.latency.estimateMs(nowMs),
      firstContentP95Ms: target.latency.p95Ms,
      successShare: target.breaker.goodShare(nowMs) * state.breaker.goodShare(nowMs),
      closed: state.closure(target, nowMs),
    };
  }

  /**
   * Counts a call in flight until one of its endings, and chooses its key. Undefined where the target is closed, which
   * it may have become since it was chosen: one call at a time tries one that has failed.
   */
  begin(target: Target, options: BeginOptions = {}): Call | undefined {
    const { retry = false, insist = false, alone = false } = options;
    const nowMs = this.#clock.now();
    const provider = this.#stateOf(target.provider);
    const state = provider.target(target.model);
    const closure = provider.closure(state, nowMs);
    if (closure !== undefined && !(alone && closure.soft === true)) return undefined;
    if (!insist && (provider.breaker.isHeldBack(nowMs) || state.breaker.isHeldBack(nowMs))) return undefined;
    const key = provider.takeKey(state, nowMs, alone);
    if (key === undefined) return undefined;
    if (retry) state.retries.retry(nowMs);
    else state.retries.request(nowMs);
    return new FleetCall(this.#clock, provider, state, key, nowMs);
  }

  /**
   * Whether the target takes one more further attempt. It takes all while it answers well; when it fails, a share of
   * its own requests, so that those who try again do not make it worse.
   */
  mayRetry({ provider, model }: Target): boolean {
    const state = this.#stateOf(provider).targets.get(model);
    return state === undefined || state.mayRetry(this.#clock.now());
  }

  /** The places at the provider's server, as many as it has slots. */
  roomOf(provider: GatewayProvider): Room {
    return this.#stateOf(provider).room;
  }

  /** How many the configuration says the server takes at once; undefined leaves it to what the server tells. */
  setSlots(provider: GatewayProvider, slots: number | undefined): void {
    this.#stateOf(provider).setSlots(slots);
  }

  /** What a health check found. It never closes a target that answers: only what keeps the server from being reached counts. */
  healthSeen(provider: GatewayProvider, health: Health): void {
    this.#stateOf(provider).healthSeen(health, this.#clock.now());
  }

  /** What the server told of its load; undefined where it told nothing. */
  loadSeen(provider: GatewayProvider, load: ServerLoad | undefined): void {
    this.#stateOf(provider).loadSeen(load, this.#clock.now());
  }

  /** The provider's list of models, which shows what it has and what is loaded. */
  modelsSeen(provider: GatewayProvider, models: readonly ModelInfo[]): void {
    this.#stateOf(provider).modelsSeen(models, this.#clock.now());
  }

  /** The target's server was waited for, and has started: those who waited may ask it, and what was before does not count. */
  startSeen({ provider, model }: Target): void {
    const state = this.#stateOf(provider);
    state.wasPresent();
    state.loadingAtMs = -Infinity;
    state.breaker.reset();
    const target = state.targets.get(model);
    if (target === undefined) return;
    target.loadingSinceMs = -Infinity;
    target.breaker.reset();
  }

  provider(provider: GatewayProvider): ProviderView {
    const nowMs = this.#clock.now();
    const state = this.#stateOf(provider);
    return {
      condition: serverCondition(state, nowMs),
      inFlight: state.busy(nowMs),
      slots: state.slots,
      waiting: state.waiting(nowMs),
      closed: state.closure(state.unasked, nowMs),
      keys: Array.from({ length: state.keyCount }, (_, key) => state.keys.closure(key, nowMs)),
    };
  }

  /** Whether calls to it are in flight, or wait for it. */
  inUse(provider: GatewayProvider): boolean {
    const { inFlight, room } = this.#stateOf(provider);
    return inFlight > 0 || room.taken > 0 || room.waiting > 0;
  }

  /** Whether failures keep calls from the provider or one of its models, so that a look at it is worth while. */
  isFailing(provider: GatewayProvider): boolean {
    const nowMs = this.#clock.now();
    const state = this.#stateOf(provider);
    if (state.breaker.isTripped(nowMs) || serverCondition(state, nowMs) === "down") return true;
    for (const target of state.targets.values()) if (target.breaker.isTripped(nowMs)) return true;
    return false;
  }

  #stateOf(provider: GatewayProvider): ProviderState {
    const known = this.#providers.get(provider);
    if (known !== undefined) return known;
    const state = new ProviderState(provider.credentials, this.#random);
    this.#providers.set(provider, state);
    return state;
  }
}
