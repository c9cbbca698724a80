import { Cancellation } from "../model/cancellation.ts";
import type { Clock, Timer } from "../model/clock.ts";
import { ProviderError } from "../model/errors.ts";
import type { Failure } from "../model/failure.ts";
import type { Health } from "../model/model-info.ts";
import type { GatewayProvider, ServerLoad } from "../providers/provider.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import type { Plan } from "./plan.ts";

/** The fleet, as monitoring sees it. */
export interface WatchedFleet {
  healthSeen(provider: GatewayProvider, health: Health): void;
  loadSeen(provider: GatewayProvider, load: ServerLoad | undefined): void;
  /** Whether calls to it are in flight, or wait for it. */
  inUse(provider: GatewayProvider): boolean;
  /** Whether failures keep requests away from it. */
  isFailing(provider: GatewayProvider): boolean;
}

export interface MonitorOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly fleet: WatchedFleet;
  /** A provider is back, or has other models in its memory: its list is old. */
  readonly changed: (provider: GatewayProvider) => void;
}

/** For all questions of one look: a server that hangs is told as one, and holds up nobody else. */
const LOOK_MS = 5_000;
/** A local server that is well and has nothing to do is looked at every so many turns. */
const IDLE_TURNS = 3;

/** What is remembered of one provider from look to look. */
interface Watch {
  readonly provider: GatewayProvider;
  timer: Timer | undefined;
  /** Stops the look that is under way. */
  looking: Cancellation | undefined;
  /** Turns since the latest look. */
  turns: number;
  /** What the latest look found; absent before the first. */
  state: Health["state"] | undefined;
  healthy: boolean;
  /** It was healthy, and no failures kept requests away, when that was last considered. */
  well: boolean;
  /** What its server had loaded, where it tells. */
  loaded: string | undefined;
}

/**
 * Looks at providers while nobody asks them anything: at local ones always, at others while failures keep requests
 * away. It asks how they are and how busy, and never for an answer of a model. Each has its own turn and its own time.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #watches = new Map<GatewayProvider, Watch>();
  #everyMs = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** From now on the providers of this plan are looked at; what is known of those that stay is kept. */
  watch({ providers, probeMs }: Pick<Plan, "providers" | "probeMs">): void {
    this.#everyMs = probeMs;
    const wanted = new Set(probeMs === 0 ? [] : providers.values());
    for (const watch of this.#watches.values()) {
      if (!wanted.has(watch.provider)) this.#drop(watch);
    }
    for (const provider of wanted) {
      if (!this.#watches.has(provider)) this.#add(provider);
    }
  }

  /** Ends every look. */
  stop(): void {
    for (const watch of this.#watches.values()) this.#drop(watch);
  }

  #add(provider: GatewayProvider): void {
    const watch: Watch = {
      provider,
      timer: undefined,
      looking: undefined,
      // Nothing is known of it, so the first turn is a look.
      turns: IDLE_TURNS,
      state: undefined,
      healthy: true,
      well: true,
      loaded: undefined,
    };
    this.#watches.set(provider, watch);
    const { clock, random } = this.#options;
    watch.timer = clock.setTimer(random() * Math.min(this.#everyMs, 1_000), () => this.#turn(watch));
  }

  #drop(watch: Watch): void {
    this.#watches.delete(watch.provider);
    watch.timer?.cancel();
    watch.looking?.cancel();
  }

  #turn(watch: Watch): void {
    const { clock, random } = this.#options;
    watch.timer = clock.setTimer(this.#everyMs * (0.8 + 0.4 * random()), () => this.#turn(watch));
    watch.turns += 1;
    this.#consider(watch);
    if (watch.looking !== undefined || !this.#isDue(watch)) return;
    watch.turns = 0;
    void this.#look(watch);
  }

  #isDue({ provider, healthy, turns }: Watch): boolean {
    const { fleet } = this.#options;
    if (fleet.isFailing(provider)) return true;
    return provider.local && (turns >= IDLE_TURNS || !healthy || fleet.inUse(provider));
  }

  /** Never rejects. */
  async #look(watch: Watch): Promise<void> {
    const { clock } = this.#options;
    const { provider } = watch;
    const looking = new Cancellation();
    watch.looking = looking;
    const timer = clock.setTimer(LOOK_MS, () => looking.cancel());
    const health = await healthOf(provider, looking);
    if (this.#has(watch)) this.#seen(watch, health);
    if (provider.local && this.#has(watch)) {
      const load = health.state === "up" ? await loadOf(provider, looking) : undefined;
      if (this.#has(watch)) this.#loadSeen(watch, load);
    }
    timer.cancel();
    watch.looking = undefined;
  }

  /** A look may end when nobody is interested any more. */
  #has(watch: Watch): boolean {
    return this.#watches.get(watch.provider) === watch;
  }

  #seen(watch: Watch, health: Health): void {
    const isOther = watch.state !== undefined && watch.state !== health.state;
    watch.state = health.state;
    watch.healthy = health.healthy;
    this.#options.fleet.healthSeen(watch.provider, health);
    this.#consider(watch, isOther);
  }

  /** Whoever is well again, or well in another way, may have other models than before. */
  #consider(watch: Watch, isOther = false): void {
    const well = watch.healthy && !this.#options.fleet.isFailing(watch.provider);
    if (well && (isOther || !watch.well)) this.#options.changed(watch.provider);
    watch.well = well;
  }

  #loadSeen(watch: Watch, load: ServerLoad | undefined): void {
    const { fleet, changed } = this.#options;
    fleet.loadSeen(watch.provider, load);
    if (load?.loaded === undefined) return;
    const loaded = JSON.stringify([...load.loaded].sort());
    const before = watch.loaded;
    watch.loaded = loaded;
    if (before !== undefined && before !== loaded) changed(watch.provider);
  }
}

async function healthOf(provider: GatewayProvider, signal: Cancellation): Promise<Health> {
  try {
    return await provider.healthCheck({ signal });
  } catch (error) {
    if (!signal.aborted) return failing(brokenBy(provider, error));
    const message = `${provider.name} did not say how it is within ${LOOK_MS} ms.`;
    return { ...failing(failureOf("timeout", message)), state: "down" };
  }
}

async function loadOf(provider: GatewayProvider, signal: Cancellation): Promise<ServerLoad | undefined> {
  try {
    return await provider.readLoad({ signal });
  } catch {
    // It is well, and how busy it is nobody knows.
    return undefined;
  }
}

function failing(failure: Failure): Health {
  return { healthy: false, state: "failing", latencyMs: 0, failure };
}

function brokenBy({ name }: GatewayProvider, error: unknown): Failure {
  if (error instanceof ProviderError) return error.failure;
  return failureOf("server", `${name} could not say how it is: ${String(error)}`, { fault: "gateway" });
}
