import { isDeepStrictEqual } from "node:util";
import type { Log } from "../../gateway/ports.ts";
import { Cancellation } from "../../model/cancellation.ts";
import type { Clock, Timer } from "../../model/clock.ts";
import { WELL_KNOWN_ADDRESSES } from "../../providers/discovery/local-servers.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { Settings } from "../config/settings.ts";
import { addressesToLookAt, type FoundProviders, NOTHING_LOCAL, withFound } from "../find-providers.ts";
import { Census } from "./census.ts";
import { HttpLooker, type Looker } from "./looker.ts";

export interface DiscoveryOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Where to look; by default where model servers usually listen. */
  readonly addresses?: readonly string[];
  /** By default over HTTP. */
  readonly looker?: Looker;
}

/** What is to be served with. */
export interface ToServe {
  readonly settings: Settings;
  readonly found: FoundProviders;
  /** Why the configuration file, as it is now, is not in force. */
  readonly problem?: string;
}

/** Puts it in force, whole or not at all. */
export type Use = (next: ToServe) => Promise<void> | void;

/** How long a start or a reload may wait for local servers: loopback answers at once or not at all. */
const BUDGET_AT_START_MS = 300;
/** While running nobody waits, and a busy server may be slow. */
const BUDGET_MS = 2_000;
/** Looks from one that asks everybody everything to the next. */
const THOROUGH_EVERY = 6;

/**
 * Who can be called, now and later. What the configuration says and who is found come together here, one change after
 * the other.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #census = new Census();
  readonly #looker: Looker;
  #inForce: ToServe;
  #use: Use = () => undefined;
  /** Changes of what is in force come one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;
  #looks = 0;
  #trouble: string | undefined;
  readonly #stopped = new Cancellation();

  private constructor(options: DiscoveryOptions, settings: Settings) {
    this.#options = options;
    this.#looker = options.looker ?? new HttpLooker(options.clock);
    this.#inForce = { settings, found: withFound(settings, NOTHING_LOCAL, options.environment) };
  }

  /** Looks for the first time. */
  static async begin(settings: Settings, options: DiscoveryOptions): Promise<Discovery> {
    const discovery = new Discovery(options, settings);
    const found = await discovery.#find(settings);
    discovery.#inForce = { settings, found };
    return discovery;
  }

  /** What is in force. */
  get found(): FoundProviders {
    return this.#inForce.found;
  }

  /** From now on, whoever comes or goes is put in force. */
  watch(use: Use): void {
    this.#use = use;
    this.#schedule();
  }

  /**
   * Puts other settings in force, with whoever is there now.
   *
   * @throws what `use` throws; then nothing has changed
   */
  reload(settings: Settings): Promise<void> {
    return this.#inTurn(async () => {
      const found = await this.#find(settings);
      if (this.#stopped.aborted) return;
      await this.#change({ settings, found });
      this.#schedule();
    });
  }

  /** Changes of who is there leave it standing; the next reload ends it. */
  reportProblem(problem: string): void {
    this.#inForce = { ...this.#inForce, problem };
  }

  /** Ends a look that is under way; what is being put in force is in force then. */
  async stop(): Promise<void> {
    this.#stopped.cancel();
    this.#timer?.cancel();
    await this.#turn;
    await this.#looker.close();
  }

  async #find(settings: Settings): Promise<FoundProviders> {
    if (settings.discovery)
      await this.#look(settings, { thorough: true, leaving: false, budgetMs: BUDGET_AT_START_MS });
    return this.#known(settings);
  }

  #known(settings: Settings): FoundProviders {
    const local = settings.discovery ? this.#census.findings(this.#addresses(settings)) : NOTHING_LOCAL;
    return withFound(settings, local, this.#options.environment);
  }

  #addresses(settings: Settings): readonly string[] {
    return addressesToLookAt(settings, this.#options.addresses ?? WELL_KNOWN_ADDRESSES);
  }

  /** A thorough look asks everybody everything; another leaves strangers alone, and is content with one sign of who is known. */
  async #look(
    settings: Settings,
    look: { readonly thorough: boolean; readonly leaving: boolean; readonly budgetMs: number },
  ): Promise<void> {
    const places = this.#addresses(settings)
      .filter((address) => look.thorough || !this.#census.isStranger(address))
      .map((address) => ({ address, expected: look.thorough ? undefined : this.#census.expected(address) }));
    const sightings = await this.#looker.look(places, { budgetMs: look.budgetMs, signal: this.#stopped });
    if (!this.#stopped.aborted) this.#census.see(sightings, look.leaving);
  }

  #schedule(): void {
    const { clock, random } = this.#options;
    const { discovery, discoveryMs } = this.#inForce.settings;
    this.#timer?.cancel();
    if (!discovery || discoveryMs === 0 || this.#stopped.aborted) return;
    this.#timer = clock.setTimer(
      discoveryMs * (0.8 + 0.4 * random()),
      () => void this.#inTurn(() => this.#lookAgain()),
    );
  }

  async #lookAgain(): Promise<void> {
    try {
      this.#looks += 1;
      const thorough = this.#looks % THOROUGH_EVERY === 0;
      await this.#look(this.#inForce.settings, { thorough, leaving: true, budgetMs: BUDGET_MS });
      if (!this.#stopped.aborted) await this.#change({ ...this.#inForce, found: this.#known(this.#inForce.settings) });
      this.#trouble = undefined;
    } catch (error) {
      this.#report(error);
    }
    this.#schedule();
  }

  async #change(next: ToServe): Promise<void> {
    const before = this.#inForce;
    const same = next.settings === before.settings && isDeepStrictEqual(next.found.configs, before.found.configs);
    if (!same) await this.#use(next);
    // A problem that was reported meanwhile belongs to what comes next.
    const { problem } = next.settings === before.settings ? this.#inForce : next;
    this.#inForce = { settings: next.settings, found: next.found, ...(problem === undefined ? {} : { problem }) };
    this.#tell(before.found.configs, next.found.configs);
  }

  #tell(before: readonly ProviderConfig[], after: readonly ProviderConfig[]): void {
    for (const config of foundBut(before, after)) this.#options.log.info("lost", fieldsOf(config));
    for (const config of foundBut(after, before)) this.#options.log.info("discovered", fieldsOf(config));
  }

  /** What goes wrong again and again is told once. */
  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.#trouble) this.#options.log.error("discovery_failed", { message });
    this.#trouble = message;
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(() => (this.#stopped.aborted ? undefined : act()));
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Servers that were found, and are the same in none of the others. */
function foundBut(configs: readonly ProviderConfig[], others: readonly ProviderConfig[]): readonly ProviderConfig[] {
  return configs.filter(
    (config) => config.source.kind === "discovered" && !others.some((other) => isDeepStrictEqual(other, config)),
  );
}

function fieldsOf({ name, profile, baseUrl }: ProviderConfig): Readonly<Record<string, unknown>> {
  return { provider: name, profile, url: baseUrl };
}
