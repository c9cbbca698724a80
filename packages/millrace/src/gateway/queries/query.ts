import type { Catalog } from "../catalog.ts";
import type { Gate } from "../gate.ts";
import type { Live } from "../live.ts";
import type { Plan } from "../plan.ts";
import type { ClientRequest, GatewayPorts } from "../ports.ts";

/** A request that no model has to answer. */
export interface Query {
  readonly id: string;
  readonly request: ClientRequest;
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly live: Live;
  readonly gate: Gate;
  readonly ports: GatewayPorts;
}

/** A JSON reply, ready to send. */
export interface QueryReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A text is sent as it is; its headers say what it is. */
  readonly body: object | string;
}
