import type { Clock } from "../model/clock.ts";
import { ProviderError } from "../model/errors.ts";
import type { Failure } from "../model/failure.ts";
import type { ModelInfo } from "../model/model-info.ts";
import type { GatewayProvider } from "../providers/provider.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { withoutLatest } from "../wire/ollama/model-name.ts";
import type { Plan, Target } from "./plan.ts";

/** What one provider last said about its models. */
export interface Listing {
  readonly provider: string;
  /** The last known list, also while the provider cannot be asked. */
  readonly models: readonly ModelInfo[];
  /** When it gave that list, in milliseconds since the epoch; absent when it never did. */
  readonly listedAtMs?: number;
  /** Why the latest question got no list. */
  readonly failure?: Failure;
}

/** What is known of all providers at one moment. Read-only. */
export interface CatalogView {
  /** In the order of the configuration. */
  readonly listings: readonly Listing[];
  /** The targets that a bare model id, or an alias of it, stands for. */
  owners(model: string): readonly Target[];
}

/** The merged model list of a plan: kept, and asked for again behind the back of who reads it. */
export interface Catalog {
  /** What is known now, without asking anybody. */
  readonly latest: CatalogView;
  /** What is known, waiting only for providers that were never asked; what is stale is asked again behind. */
  list(): Promise<CatalogView>;
  /** Like `list`, but an id that nobody is known to have is asked for again, a few seconds after the last time. */
  knowing(model: string): Promise<CatalogView>;
  /** Asks every provider now, each within its own time. */
  refresh(): Promise<CatalogView>;
  /** Asks one provider now: it came back, or its models have changed. */
  renew(provider: GatewayProvider): Promise<void>;
}

export interface CatalogOptions {
  /** What it knows of providers that stay is taken over. */
  readonly previous?: ModelCatalog;
  /** Told of each list that a provider gives. */
  readonly heard?: (provider: GatewayProvider, models: readonly ModelInfo[]) => void;
}

/** How soon a provider is asked again after a failure, or for an id it was not known to have. */
const ASK_AGAIN_MS = 5000;

interface Shelf {
  readonly provider: GatewayProvider;
  listing: Listing;
  /** On the clock that never goes back; absent until the first answer, or its lack. */
  askedMs: number | undefined;
  pending: Promise<void> | undefined;
}

type Answer = { readonly models: readonly ModelInfo[] } | { readonly failure: Failure };

/** The catalog of one plan. Providers are asked side by side, so none delays or empties another's list. */
export class ModelCatalog implements Catalog {
  readonly #shelves: readonly Shelf[];
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #timeoutMs: number;
  readonly #heard: CatalogOptions["heard"];
  #view: CatalogView | undefined;

  constructor(
    plan: Pick<Plan, "providers" | "modelListTtlMs" | "modelListTimeoutMs">,
    clock: Clock,
    { previous, heard }: CatalogOptions = {},
  ) {
    this.#clock = clock;
    this.#heard = heard;
    this.#ttlMs = plan.modelListTtlMs;
    this.#timeoutMs = plan.modelListTimeoutMs;
    this.#shelves = [...plan.providers.values()].map((provider) => ({
      provider,
      listing: { provider: provider.name, models: [] },
      askedMs: undefined,
      ...(previous === undefined ? {} : previous.#known(provider)),
      pending: undefined,
    }));
  }

  #known(provider: GatewayProvider): Pick<Shelf, "listing" | "askedMs"> | undefined {
    const shelf = this.#shelves.find((candidate) => candidate.provider === provider);
    return shelf === undefined ? undefined : { listing: shelf.listing, askedMs: shelf.askedMs };
  }

  get latest(): CatalogView {
    this.#view ??= viewOf(this.#shelves);
    return this.#view;
  }

  async list(): Promise<CatalogView> {
    const waits: Promise<void>[] = [];
    for (const shelf of this.#shelves) {
      if (this.#isFresh(shelf)) continue;
      const asked = this.#ask(shelf);
      if (shelf.askedMs === undefined) waits.push(asked);
    }
    await Promise.all(waits);
    return this.latest;
  }

  async knowing(model: string): Promise<CatalogView> {
    const view = await this.list();
    if (view.owners(model).length > 0) return view;
    const unsure = this.#shelves.filter((shelf) => shelf.pending !== undefined || this.#ageMs(shelf) >= ASK_AGAIN_MS);
    await Promise.all(unsure.map((shelf) => this.#ask(shelf)));
    return this.latest;
  }

  async refresh(): Promise<CatalogView> {
    await Promise.all(this.#shelves.map((shelf) => this.#ask(shelf)));
    return this.latest;
  }

  async renew(provider: GatewayProvider): Promise<void> {
    const shelf = this.#shelves.find((candidate) => candidate.provider === provider);
    // A question that was asked before may have been answered before.
    await shelf?.pending;
    if (shelf !== undefined) await this.#ask(shelf);
  }

  #ageMs({ askedMs }: Shelf): number {
    return askedMs === undefined ? Infinity : this.#clock.now() - askedMs;
  }

  #isFresh(shelf: Shelf): boolean {
    const lifetimeMs = shelf.listing.failure === undefined ? this.#ttlMs : Math.min(this.#ttlMs, ASK_AGAIN_MS);
    return this.#ageMs(shelf) < lifetimeMs;
  }

  /** Asks once, however many wait for the answer. Never rejects. */
  #ask(shelf: Shelf): Promise<void> {
    shelf.pending ??= this.#answerOf(shelf.provider).then((answer) => {
      const { provider, listing } = shelf;
      shelf.listing =
        "failure" in answer
          ? { ...listing, failure: answer.failure }
          : { provider: provider.name, models: answer.models, listedAtMs: this.#clock.wallNow() };
      shelf.askedMs = this.#clock.now();
      shelf.pending = undefined;
      this.#view = undefined;
      if ("models" in answer) this.#heard?.(shelf.provider, answer.models);
    });
    return shelf.pending;
  }

  #answerOf(provider: GatewayProvider): Promise<Answer> {
    return new Promise((resolve) => {
      const stop = new AbortController();
      const timer = this.#clock.setTimer(this.#timeoutMs, () => {
        resolve({
          failure: failureOf("timeout", `${provider.name} did not list its models in ${this.#timeoutMs} ms.`),
        });
        stop.abort();
      });
      provider.listModels({ signal: stop.signal }).then(
        (models) => {
          timer.cancel();
          resolve({ models });
        },
        (error: unknown) => {
          timer.cancel();
          resolve({ failure: failureOfListing(provider, error) });
        },
      );
    });
  }
}

function failureOfListing(provider: GatewayProvider, error: unknown): Failure {
  if (error instanceof ProviderError) return error.failure;
  return failureOf("server", `${provider.name} could not list its models: ${String(error)}`, { fault: "gateway" });
}

function viewOf(shelves: readonly Shelf[]): CatalogView {
  const owners = new Map<string, Map<GatewayProvider, Target>>();
  for (const { provider, listing } of shelves) {
    for (const { id, aliases = [] } of listing.models) {
      // What has no tag in Ollama has this one, and may be asked for without.
      for (const name of new Set([id, ...aliases, withoutLatest(id)])) {
        const targets = owners.get(name) ?? new Map<GatewayProvider, Target>();
        // Within a provider an id goes before another model's alias.
        if (name === id || !targets.has(provider)) targets.set(provider, { provider, model: id });
        owners.set(name, targets);
      }
    }
  }
  return {
    listings: shelves.map((shelf) => shelf.listing),
    owners: (model) => [...(owners.get(model)?.values() ?? [])],
  };
}
