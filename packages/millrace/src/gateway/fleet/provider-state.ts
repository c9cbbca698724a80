import type { Health, ModelInfo } from "../../model/model-info.ts";
import type { ServerLoad } from "../../providers/provider.ts";
import { Room } from "../line/room.ts";
import { Breaker } from "./breaker.ts";
import { allKeysClosure, KeyCooldowns, laterOf, nextKey, softlyClosedKey } from "./key-cooldowns.ts";
import { TargetState } from "./target-state.ts";
import type { Closure } from "./view.ts";

/** Clients can ask for any name, so states beyond these are forgotten, the longest unused first. */
const TARGETS_MAX = 512;
/** What a server told of its load is as good as unknown after this. */
const LOAD_FRESH_MS = 30_000;
/** And how many it serves at once, which changes when it is started anew. */
const SLOTS_FRESH_MS = 300_000;

/** What is known of one provider, whatever the model. Moments are on the clock that never goes back. */
export class ProviderState {
  /** How many keys it has. */
  readonly keyCount: number;
  readonly breaker: Breaker;
  readonly keys: KeyCooldowns = new KeyCooldowns();
  readonly room: Room = new Room(undefined);
  readonly targets: Map<string, TargetState> = new Map();
  /** Stands for all models that nobody has asked for. */
  readonly unasked: TargetState;
  inFlight = 0;
  /** Whether the last sign of it was that it is there. */
  isPresent = false;
  /** When calls, or health checks, last found nobody there; not since somebody was. */
  absentAtMs: number = -Infinity;
  downAtMs: number = -Infinity;
  /** When a health check last found it loading, or failing; not since it was found otherwise. */
  loadingAtMs: number = -Infinity;
  failingAtMs: number = -Infinity;
  /** When it last listed its models. */
  listedAtMs: number = -Infinity;
  readonly #random: () => number;
  #listed: ReadonlyMap<string, ModelInfo["state"]> = new Map();
  #turn = 0;
  #slots: number | undefined;
  #load: ServerLoad | undefined;
  #loadAtMs = -Infinity;
  /** Calls of others that the server was busy with then. */
  #others = 0;

  constructor(keyCount: number, random: () => number) {
    this.keyCount = Math.max(1, keyCount);
    this.breaker = new Breaker(random);
    this.unasked = new TargetState(random);
    this.#random = random;
  }

  /** The state of a model, made when it is asked for the first time. */
  target(model: string): TargetState {
    const known = this.targets.get(model);
    if (known !== undefined && this.targets.size < TARGETS_MAX) return known;
    const state = known ?? this.#newTarget(model);
    this.targets.delete(model);
    this.targets.set(model, state);
    return state;
  }

  listedState(model: string): ModelInfo["state"] | undefined {
    return this.#listed.get(model);
  }

  /** What keeps calls for this model away; of several things, the one that lasts longest. */
  closure(target: TargetState, nowMs: number): Closure | undefined {
    const ill = laterOf(this.breaker.closure(nowMs), target.breaker.closure(nowMs));
    const resting = laterOf(target.missing.closure(nowMs), target.rest.closure(nowMs));
    return laterOf(laterOf(ill, resting), allKeysClosure(this.keys, target.keys, this.keyCount, nowMs));
  }

  /**
   * The key whose turn it is. Undefined where none may be used.
   *
   * @param alone nobody else can be asked, so what only helps to choose keeps no key back
   */
  takeKey(target: TargetState, nowMs: number, alone: boolean = false): number | undefined {
    const turns = { count: this.keyCount, turn: this.#turn };
    const free = nextKey(this.keys, target.keys, turns, nowMs);
    const key = free ?? (alone ? softlyClosedKey(this.keys, target.keys, turns, nowMs) : undefined);
    if (key === undefined) return undefined;
    this.#turn = (key + 1) % this.keyCount;
    this.keys.known(key)?.taken(nowMs);
    target.keys.known(key)?.taken(nowMs);
    return key;
  }

  /** How many the configuration says it serves at once. */
  setSlots(slots: number | undefined): void {
    this.#slots = slots;
    this.#fitRoom();
  }

  get slots(): number | undefined {
    return this.#slots ?? this.#load?.slots;
  }

  /** Calls of ours and, where it tells, of others. */
  busy(nowMs: number): number {
    return this.inFlight + (nowMs - this.#loadAtMs <= LOAD_FRESH_MS ? this.#others : 0);
  }

  waiting(nowMs: number): number {
    const there = nowMs - this.#loadAtMs <= LOAD_FRESH_MS ? this.#load?.waiting : 0;
    return this.room.waiting + (there ?? 0);
  }

  loadSeen(load: ServerLoad | undefined, nowMs: number): void {
    if (load === undefined) {
      this.#others = 0;
      if (nowMs - this.#loadAtMs > SLOTS_FRESH_MS) this.#load = undefined;
      else this.#load = slotsOf(this.#load);
    } else {
      this.#load = load;
      this.#loadAtMs = nowMs;
      this.#others = Math.max(0, (load.running ?? 0) - this.inFlight);
      if (load.loaded !== undefined) this.#loadedSeen(new Set(load.loaded));
    }
    this.#fitRoom();
  }

  modelsSeen(models: readonly ModelInfo[], nowMs: number): void {
    this.wasPresent();
    this.listedAtMs = nowMs;
    this.#listed = new Map(models.map(({ id, state }) => [id, state]));
    for (const [model, target] of this.targets) target.wasListed(this.#listed.get(model));
  }

  healthSeen({ state, failure }: Health, nowMs: number): void {
    if (state === "down") {
      this.isPresent = false;
      this.downAtMs = nowMs;
      this.breaker.looksBad(nowMs, failure?.code ?? "down");
      return;
    }
    this.wasPresent();
    this.loadingAtMs = state === "loading" ? nowMs : -Infinity;
    this.failingAtMs = state === "failing" ? nowMs : -Infinity;
    this.breaker.looksGood(nowMs);
    if (state === "up") for (const target of this.targets.values()) target.serverIsUp();
  }

  wasPresent(): void {
    this.isPresent = true;
    this.absentAtMs = -Infinity;
    this.downAtMs = -Infinity;
  }

  wasAbsent(nowMs: number): void {
    this.isPresent = false;
    this.absentAtMs = nowMs;
  }

  #loadedSeen(loaded: ReadonlySet<string>): void {
    for (const [model, target] of this.targets) {
      if (loaded.has(model)) target.listed = "ready";
      else if (target.listed === "ready" && this.#listed.has(model)) target.listed = "unloaded";
    }
  }

  #newTarget(model: string): TargetState {
    if (this.targets.size >= TARGETS_MAX) this.#forgetOne();
    const target = new TargetState(this.#random);
    target.listed = this.#listed.get(model);
    return target;
  }

  #forgetOne(): void {
    for (const [model, { inFlight }] of this.targets) {
      if (inFlight > 0) continue;
      this.targets.delete(model);
      return;
    }
  }

  #fitRoom(): void {
    if (this.room.capacity !== this.slots) this.room.capacity = this.slots;
  }
}

function slotsOf(load: ServerLoad | undefined): ServerLoad | undefined {
  return load?.slots === undefined ? undefined : { slots: load.slots };
}
