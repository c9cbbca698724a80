import { randomUUID } from "node:crypto";
import type { Ids } from "../gateway/ports.ts";

/** A gateway's own id, which all of its threads share. */
export function newGatewayId(): string {
  return `gw_${randomUUID()}`;
}

/** 122 random bits for each request, in letters that need no escaping anywhere; Node draws them for many ids at once. */
export function randomIds(gatewayId: string = newGatewayId()): Ids {
  return { gatewayId, requestId: () => `req_${randomUUID()}` };
}
