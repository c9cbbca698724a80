import type { GatewayPorts, Log } from "../gateway/ports.ts";
import { systemClock } from "../providers/transport/system-clock.ts";
import { MemoryRecords } from "../stores/memory/records.ts";
import { MemoryResponses } from "../stores/memory/responses.ts";
import { randomIds } from "./ids.ts";

/** The real world, and stores in memory. */
export function gatewayPorts(log: Log): GatewayPorts {
  return {
    clock: systemClock,
    ids: randomIds(),
    random: Math.random,
    records: new MemoryRecords(),
    responses: new MemoryResponses(() => systemClock.now()),
    log,
  };
}
