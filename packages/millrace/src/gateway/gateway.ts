import { ModelCatalog } from "./catalog.ts";
import type { Catalog } from "./catalog.ts";
import { DIALECTS } from "./dialects.ts";
import { openDraft } from "./exchange.ts";
import { Gate } from "./gate.ts";
import { InFlight } from "./in-flight.ts";
import { Live } from "./live.ts";
import { Monitor } from "./monitor.ts";
import { Outlet } from "./outlet.ts";
import { serve } from "./pipeline.ts";
import type { Plan } from "./plan.ts";
import type { ClientReply, ClientRequest, GatewayPorts } from "./ports.ts";
import { answerQuery } from "./queries/answer-query.ts";
import type { QueryReply } from "./queries/query.ts";
import { routeOf } from "./routes.ts";

/** One endpoint in front of many providers. */
export interface Gateway {
  /** Serves one request to its end. Never rejects. */
  handle(request: ClientRequest, reply: ClientReply): Promise<void>;
  readonly plan: Plan;
  /**
   * Swaps the plan whole, at once: requests in flight finish on the one they started with. Resolves when no
   * request uses any plan before this one.
   */
  usePlan(plan: Plan): Promise<void>;
  /** New requests are refused with 503 and `connection: close`; resolves when none is in flight. */
  drain(): Promise<void>;
  /** Requests to models that are being served. */
  readonly inFlight: number;
  /** The merged model list of the current plan, with what each provider said. */
  readonly catalog: Catalog;
}

export function createGateway(ports: GatewayPorts, plan: Plan): Gateway {
  return new PlannedGateway(ports, plan);
}

class PlannedGateway implements Gateway {
  readonly #ports: GatewayPorts;
  readonly #gate: Gate;
  readonly #live: Live;
  readonly #monitor: Monitor;
  #plan: Plan;
  #catalog: ModelCatalog;
  /** Those that started on the plan, queries too. */
  #requests = new InFlight();
  /** Those that started on any plan before are over. */
  #earlierOver: Promise<void> = Promise.resolve();

  constructor(ports: GatewayPorts, plan: Plan) {
    this.#ports = ports;
    this.#gate = new Gate(ports.seats);
    this.#live = new Live(ports);
    this.#live.usePlan(plan);
    this.#plan = plan;
    this.#catalog = this.#catalogOf(plan);
    this.#monitor = new Monitor({
      clock: ports.clock,
      random: ports.random,
      fleet: this.#live.fleet,
      changed: (provider) => void this.#catalog.renew(provider),
    });
    this.#monitor.watch(plan);
  }

  get plan(): Plan {
    return this.#plan;
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  get inFlight(): number {
    return this.#gate.inFlight;
  }

  usePlan(plan: Plan): Promise<void> {
    this.#plan = plan;
    this.#live.usePlan(plan);
    this.#catalog = this.#catalogOf(plan, this.#catalog);
    this.#monitor.watch(plan);
    const over = this.#requests.over();
    this.#requests = new InFlight();
    // Plans share providers, so the end of one says nothing while an older one is in use.
    this.#earlierOver = this.#earlierOver.then(() => over);
    return this.#earlierOver;
  }

  async drain(): Promise<void> {
    this.#monitor.stop();
    await this.#gate.drain();
  }

  async handle(request: ClientRequest, reply: ClientReply): Promise<void> {
    const outlet = new Outlet(reply, this.#ports.clock);
    const requests = this.#requests;
    requests.enter();
    try {
      const id = this.#ports.ids.requestId();
      const route = routeOf(request.method, request.path, request.query, request.headers);
      const shared = {
        id,
        request,
        plan: this.#plan,
        catalog: this.#catalog,
        live: this.#live,
        gate: this.#gate,
        ports: this.#ports,
      };
      if (route.kind === "operation") {
        const draft = openDraft(this.#ports.clock);
        this.#gate.enter();
        const { operation, named } = route;
        await serve({ ...shared, operation, dialect: DIALECTS[operation], named, outlet, draft });
      } else {
        send(outlet, id, request.method, await answerQuery(shared, route));
      }
    } catch (error) {
      this.#defect(outlet, error);
    }
    requests.leave();
  }

  #catalogOf(plan: Plan, previous?: ModelCatalog): ModelCatalog {
    const { fleet } = this.#live;
    return new ModelCatalog(plan, this.#ports.clock, {
      ...(previous === undefined ? {} : { previous }),
      heard: (provider, models) => fleet.modelsSeen(provider, models),
    });
  }

  /** One of the ports failed: the log is told everything, the client that something is wrong here. */
  #defect(outlet: Outlet, error: unknown): void {
    this.#ports.log.error("defect", { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    outlet.head(500, { "content-length": "0" });
    outlet.end();
  }
}

function send(outlet: Outlet, id: string, method: string, reply: QueryReply): void {
  const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
  const body = new TextEncoder().encode(text);
  outlet.head(reply.status, {
    "content-type": "application/json",
    ...reply.headers,
    "content-length": String(body.length),
    "x-millrace-request-id": id,
  });
  outlet.end(method === "HEAD" ? undefined : body);
}
