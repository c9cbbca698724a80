import { providerError } from "../../packages/millrace/src/model/errors.ts";
import type { Failure } from "../../packages/millrace/src/model/failure.ts";
import type {
  FleetRequest,
  FleetSubject,
  Holdings,
  OpenFleetSubject,
  Placement,
  SubjectPorts,
  Walk,
} from "../../packages/millrace/src/conformance/fleet/fleet-subject.ts";
import { Agenda } from "../../packages/millrace/src/gateway/attempts/agenda.ts";
import { giveUp } from "../../packages/millrace/src/gateway/attempts/give-up.ts";
import { endAttempt, openAttempt, type Placed } from "../../packages/millrace/src/gateway/attempts/one-attempt.ts";
import { placeNext } from "../../packages/millrace/src/gateway/attempts/place.ts";
import { awaitStart } from "../../packages/millrace/src/gateway/attempts/start.ts";
import { ModelCatalog } from "../../packages/millrace/src/gateway/catalog.ts";
import { type Admitted, openDraft, type Routed, targetName } from "../../packages/millrace/src/gateway/exchange.ts";
import { Live } from "../../packages/millrace/src/gateway/live.ts";
import { Monitor } from "../../packages/millrace/src/gateway/monitor.ts";
import type { Plan, Strategy } from "../../packages/millrace/src/gateway/plan.ts";
import { RefusalError } from "../../packages/millrace/src/gateway/refusal.ts";
import { route } from "../../packages/millrace/src/gateway/stages/route.ts";
import { planOf } from "../../packages/millrace/src/gateway/testing/plan.ts";
import { ProviderError } from "../../packages/millrace/src/model/errors.ts";
import { failureOf } from "../../packages/millrace/src/wire/failure/kinds.ts";
import { SimulatedProvider } from "./simulated-provider.ts";

export interface GatewaySubjectOptions {
  readonly strategy: Strategy;
  readonly affinity: boolean;
  /** The names of the models that each server of the fleet has. */
  readonly models?: readonly string[];
  readonly plan?: Partial<Pick<Plan, "queue" | "maxAttempts" | "probeMs" | "startWait">>;
  /** Hands out what the gateway has learned, for a test to look into. */
  readonly opened?: (inside: { readonly live: Live; readonly providers: readonly SimulatedProvider[] }) => void;
}

/** The gateway's own routing, lines and live state before a simulated fleet: everything but the calls. */
export function gatewaySubject(options: GatewaySubjectOptions): OpenFleetSubject {
  return (ports) => new GatewaySubject(options, ports);
}

class GatewaySubject implements FleetSubject {
  readonly #ports: SubjectPorts;
  readonly #providers: readonly SimulatedProvider[];
  readonly #plan: Plan;
  readonly #live: Live;
  readonly #catalog: ModelCatalog;
  readonly #models: readonly string[];

  constructor(options: GatewaySubjectOptions, ports: SubjectPorts) {
    const { clock, random, servers } = ports;
    this.#ports = ports;
    this.#models = options.models ?? ["chat"];
    this.#providers = servers.map((spec) => new SimulatedProvider(spec, ports));
    this.#plan = planWith(options, this.#models, this.#providers, ports);
    this.#live = new Live({ clock, random });
    this.#live.usePlan(this.#plan);
    const { fleet } = this.#live;
    const catalog = new ModelCatalog(this.#plan, clock, {
      heard: (provider, models) => fleet.modelsSeen(provider, models),
    });
    this.#catalog = catalog;
    if (servers.some((spec) => spec.models !== undefined)) ports.underWay(catalog.refresh());
    new Monitor({ clock, random, fleet, changed: (provider) => ports.underWay(catalog.renew(provider)) }).watch(
      this.#plan,
    );
    options.opened?.({ live: this.#live, providers: this.#providers });
  }

  arrive(request: FleetRequest): Walk {
    return new GatewayWalk(this.#admitted(request));
  }

  holdings(): Holdings {
    const { affinity, fleet } = this.#live;
    let inFlight = 0;
    let waiting = 0;
    for (const provider of this.#providers) {
      const room = fleet.roomOf(provider);
      const calls = this.#models.reduce((sum, model) => sum + fleet.view({ provider, model }).inFlight, 0);
      // A call that has ended and a place that is kept would both be leaks.
      inFlight += Math.max(calls, room.taken);
      waiting += room.waiting;
    }
    return { inFlight, waiting, affinityBytes: affinity.bytes };
  }

  /** The request as the stages before `route` leave it, as far as those behind look at it. */
  #admitted({ key, model, priority, session, signal }: FleetRequest): Admitted {
    const { clock, random } = this.#ports;
    const seen: Pick<Admitted, "catalog" | "draft" | "live" | "operation" | "plan" | "principal" | "visibleModels"> = {
      catalog: this.#catalog,
      draft: openDraft(clock),
      live: this.#live,
      operation: "chat-completions",
      plan: this.#plan,
      principal: { name: key },
      visibleModels: undefined,
    };
    const preferences = priority === 0 ? undefined : { priority };
    return {
      ...seen,
      body: { outline: {} },
      facts: { model, stream: true, wantsUsage: false, sessionKey: session, preferences },
      outlet: { progress: undefined },
      ports: { clock, random },
      request: { signal },
    } as unknown as Admitted;
  }
}

/** As the stage `attempt` goes about it, without its calls. */
class GatewayWalk implements Walk {
  readonly #admitted: Admitted;
  #routed: Routed | undefined;
  #agenda: Agenda | undefined;
  /** A failure that nobody else can help. */
  #final: Failure | undefined;

  constructor(admitted: Admitted) {
    this.#admitted = admitted;
  }

  next(): Placement | Failure | Promise<Placement | Failure> {
    if (this.#final !== undefined) return this.#final;
    try {
      const routed = this.#routed ?? this.#route();
      const agenda = (this.#agenda ??= new Agenda(routed));
      const place = placeNext(routed, agenda.next());
      if (place instanceof Promise) return place.then((placed) => this.#go(routed, agenda, placed)).catch(failureIn);
      return this.#go(routed, agenda, place);
    } catch (error) {
      return failureIn(error);
    }
  }

  #route(): Routed {
    const routed = route(this.#admitted);
    if (routed instanceof Promise) throw new Error(`The plan has no model ${this.#admitted.facts.model}`);
    this.#routed = routed;
    return routed;
  }

  #go(routed: Routed, agenda: Agenda, placed: Placed | undefined): Placement | Failure | Promise<Placement | Failure> {
    if (placed === undefined) return this.#start(routed, agenda).catch(failureIn);
    agenda.taken(placed.candidate);
    return placementOf(routed, placed, (failure) => {
      try {
        agenda.hasFailed(placed.candidate, providerError(failure));
      } catch (error) {
        this.#final = failureIn(error);
      }
    });
  }

  async #start(routed: Routed, agenda: Agenda): Promise<Placement | Failure> {
    const started = await awaitStart(routed, agenda);
    if (started === undefined) return giveUp(routed, agenda.failed);
    agenda.hasStarted(started);
    return this.next();
  }
}

function placementOf(routed: Routed, placed: Placed, hasFailed: (failure: Failure) => void): Placement {
  const { conversation, facts, live, ports } = routed;
  const { candidate } = placed;
  const attempt = openAttempt(routed, placed);
  const end = (failure?: Failure): void => endAttempt(attempt, ports.clock.now(), failure);
  return {
    server: candidate.provider.name,
    firstContent() {
      placed.call.firstContent();
      if (conversation !== undefined) live.affinity.set(facts.model, conversation, targetName(candidate));
    },
    answered: () => end(),
    failed(failure) {
      end(failure);
      if (failure.partial !== true) hasFailed(failure);
    },
    left: () => end(LEFT),
  };
}

const LEFT = failureOf("cancelled", "The client left.");

function failureIn(error: unknown): Failure {
  if (error instanceof RefusalError || error instanceof ProviderError) return error.failure;
  throw error;
}

function planWith(
  { affinity, plan, strategy }: GatewaySubjectOptions,
  models: readonly string[],
  providers: readonly SimulatedProvider[],
  { servers }: SubjectPorts,
): Plan {
  const known = servers.filter(({ slotsKnown }) => slotsKnown !== false);
  return {
    ...planOf(providers, { queue: { maxWaitMs: 0, length: 10_000 }, ...plan }),
    slots: new Map(known.map(({ name, slots }) => [name, slots])),
    models: new Map(
      models.map((name) => [
        name,
        {
          name,
          tiers: [providers.map((provider) => ({ provider, model: name, weight: 1 }))],
          strategy,
          affinity,
          onContextOverflow: [],
          onRefusal: [],
          hedge: false,
        },
      ]),
    ),
  };
}
