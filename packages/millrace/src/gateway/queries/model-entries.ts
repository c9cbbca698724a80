import type { JsonObject } from "../../model/json.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import type { CatalogView } from "../catalog.ts";
import { targetName } from "../exchange.ts";
import type { FleetView } from "../fleet/view.ts";
import type { ModelRoute, Plan, Target } from "../plan.ts";
import { routeNamed } from "../routing/names.ts";
import { filledIn, isPattern } from "../routing/pattern-routes.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { bestOf, type ModelState, stateOf } from "./model-state.ts";
import { viaNote } from "./passed-lists.ts";
import { namesOf } from "./pattern-names.ts";

/** A model as the list shows it. */
export interface ModelEntry extends JsonObject {
  readonly id: string;
}

/** What is known of all models at one moment, entry by entry. */
export class ModelEntries {
  readonly #plan: Plan;
  readonly #catalog: CatalogView;
  readonly #fleet: FleetView;
  /** By the name of the provider, then by id. */
  readonly #listed: ReadonlyMap<string, ReadonlyMap<string, ModelInfo>>;
  readonly #ownMark: string | undefined;

  /** @param ownMark for readers that are gateways too: each entry says by which gateways it was listed */
  constructor(plan: Plan, catalog: CatalogView, fleet: FleetView, ownMark?: string) {
    this.#plan = plan;
    this.#ownMark = ownMark;
    this.#catalog = catalog;
    this.#fleet = fleet;
    this.#listed = new Map(
      catalog.listings.map(({ provider, models }) => [provider, new Map(models.map((model) => [model.id, model]))]),
    );
  }

  /** The plan's own names, then every provider's models. In the place of a pattern are the names it is known to stand for. */
  all(): ModelEntry[] {
    const entries: ModelEntry[] = [];
    for (const route of this.#plan.models.values()) {
      if (!isPattern(route.name)) entries.push(this.#named(route.name, route));
      else entries.push(...this.#filled(route));
    }
    for (const [name, models] of this.#listed) {
      for (const model of models.values()) entries.push(this.#offered(`${name}/${model.id}`, name, model));
    }
    return entries;
  }

  /** The entry of any name that a request may use, under that name; `undefined` where nothing is known by it. */
  find(id: string): ModelEntry | undefined {
    const route = routeNamed(id, this.#plan);
    if (route !== undefined) return isPattern(route.name) ? this.#matching(id, route) : this.#named(id, route);
    const slash = id.indexOf("/");
    const model = this.#listed.get(id.slice(0, slash))?.get(id.slice(slash + 1));
    if (model !== undefined) return this.#offered(id, id.slice(0, slash), model);
    const [owner, ...others] = this.#catalog.owners(id);
    const owned = owner === undefined ? undefined : this.#infoOf(owner);
    return owned === undefined || others.length > 0 ? undefined : this.#offered(id, owned.provider, owned);
  }

  #filled(pattern: ModelRoute): readonly ModelEntry[] {
    return namesOf(pattern, this.#plan, this.#catalog).map((name) => this.#named(name, filledIn(pattern, name)));
  }

  /** Of what a pattern could stand for, only what a provider lists, or what the configuration itself names. */
  #matching(id: string, pattern: ModelRoute): ModelEntry | undefined {
    const route = filledIn(pattern, id);
    const written = new Set(fixedTargets(pattern).map(targetName));
    const targets = route.tiers.flat();
    const isKnown = targets.some((target) => written.has(targetName(target)) || this.#infoOf(target) !== undefined);
    return isKnown ? this.#named(id, route) : undefined;
  }

  #infoOf({ provider, model }: Target): ModelInfo | undefined {
    return this.#listed.get(provider.name)?.get(model);
  }

  #stateOf(target: Target): ModelState {
    return stateOf(this.#fleet.view(target), this.#infoOf(target)?.state ?? "unknown");
  }

  #named(id: string, { tiers, onContextOverflow }: ModelRoute): ModelEntry {
    const targets = tiers.flat();
    return {
      ...entry(id, id, 0),
      owned_by: "millrace",
      targets: targets.map(targetName),
      state: bestOf(targets.map((target) => this.#stateOf(target))),
      ...this.#lengths(targets, onContextOverflow),
      ...this.#shared(targets),
      ...(this.#ownMark !== undefined && viaNote(this.#ownMark)),
    };
  }

  /** The smallest is what a conversation may count on; the largest is what one may grow to that is moved on. */
  #lengths(targets: readonly Target[], larger: readonly Target[]): JsonObject {
    const known = (of: readonly Target[]): number[] =>
      of.flatMap((target) => this.#infoOf(target)?.contextLength ?? []);
    const own = known(targets);
    if (own.length === 0) return {};
    const smallest = Math.min(...own);
    const largest = Math.max(...own, ...known(larger));
    return { context_length: smallest, ...(largest > smallest && { context_length_max: largest }) };
  }

  /** What every target can do, where all of them say. */
  #shared(targets: readonly Target[]): JsonObject {
    const said = targets.map((target) => capabilitiesOf(this.#infoOf(target)?.raw ?? {}));
    const [first = [], ...others] = said;
    if (said.includes(undefined)) return {};
    return { capabilities: first.filter((word) => others.every((words) => words?.includes(word))) };
  }

  #offered(id: string, provider: string, model: ModelInfo): ModelEntry {
    const of = this.#plan.providers.get(provider);
    const capabilities = capabilitiesOf(model.raw);
    return {
      ...entry(id, model.name, model.created ?? 0),
      owned_by: model.ownedBy ?? provider,
      provider,
      state: of === undefined ? model.state : this.#stateOf({ provider: of, model: model.id }),
      ...(model.contextLength !== undefined && { context_length: model.contextLength }),
      ...(model.maxOutputTokens !== undefined && { max_output_tokens: model.maxOutputTokens }),
      ...(capabilities !== undefined && { capabilities }),
      ...(this.#ownMark !== undefined && viaNote(this.#ownMark, model.raw)),
    };
  }
}

/** Those that are the same for every name. */
function fixedTargets({ tiers }: ModelRoute): readonly Target[] {
  return tiers.flat().filter(({ model }) => !isPattern(model));
}

/** `created` of an unknown age is the epoch, as both lists' readers expect a time. */
function entry(id: string, displayName: string, createdSec: number): ModelEntry {
  return {
    id,
    object: "model",
    created: createdSec,
    type: "model",
    display_name: displayName,
    created_at: timeText(createdSec),
  };
}

/** RFC 3339; a server's nonsense is the epoch. */
function timeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? "1970-01-01T00:00:00.000Z" : time.toISOString();
}
