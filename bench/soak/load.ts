import { setTimeout as delay } from "node:timers/promises";
import { kindAt } from "./kinds.ts";
import type { Clients } from "./client.ts";
import { randomOfRequest } from "./random.ts";
import type { Asked } from "./records.ts";

export interface LoadOptions {
  readonly clients: Clients;
  readonly seed: number;
  /** Requests per second. */
  readonly rate: number;
  readonly ms: number;
}

export interface Load {
  readonly asked: readonly Asked[];
  /** The most requests that were under way at once. */
  readonly mostAtOnce: number;
}

/**
 * Sends requests at moments that are fixed beforehand, whether or not those before are answered, and resolves when
 * all are. Which kind comes when is the same for the same seed.
 */
export async function runLoad({ clients, seed, rate, ms }: LoadOptions): Promise<Load> {
  const asked: Asked[] = [];
  const underWay = new Set<Promise<unknown>>();
  let mostAtOnce = 0;
  const startMs = performance.now();
  const count = Math.floor((rate * ms) / 1000);
  for (let tag = 0; tag < count; tag += 1) {
    const waitMs = startMs + (tag * 1000) / rate - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const random = randomOfRequest(seed, tag);
    const request = clients.ask(kindAt(random()), tag, random).then((one) => {
      asked.push(one);
      underWay.delete(request);
    });
    underWay.add(request);
    mostAtOnce = Math.max(mostAtOnce, underWay.size);
  }
  await Promise.all(underWay);
  return { asked, mostAtOnce };
}
