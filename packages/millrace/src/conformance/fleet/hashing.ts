import { failureOf } from "../../wire/failure/kinds.ts";
import type { Failure } from "../../model/failure.ts";
import type { FleetRequest, FleetSubject, Holdings, Placement, SubjectPorts, Walk } from "./fleet-subject.ts";

/** How long a server that failed is passed over. */
const PASSED_OVER_MS = 10_000;

interface Bucket {
  readonly name: string;
  readonly hash: number;
  readonly slots: number;
  passedOverUntilMs: number;
}

/**
 * The plain way to keep a conversation at one server: a hash of its key chooses, in proportion to the servers' slots
 * (rendezvous hashing, so that only those of a server that is gone move). It knows nothing of load, and has no lines.
 */
export function openHashing({ clock, random, servers }: SubjectPorts): FleetSubject {
  const buckets: Bucket[] = servers.map(({ name, slots }) => ({
    name,
    hash: hashOf(name),
    slots,
    passedOverUntilMs: -Infinity,
  }));
  let inFlight = 0;

  const placementAt = (bucket: Bucket): Placement => {
    inFlight += 1;
    const release = (): void => {
      inFlight -= 1;
    };
    return {
      server: bucket.name,
      firstContent: () => undefined,
      answered: release,
      failed: () => {
        bucket.passedOverUntilMs = clock.now() + PASSED_OVER_MS;
        release();
      },
      left: release,
    };
  };

  const walkOf = ({ session }: FleetRequest): Walk => {
    const key = session === undefined ? Math.floor(random() * 2 ** 32) : hashOf(session);
    const tried = new Set<Bucket>();
    return {
      next: () => {
        const bucket = best(buckets, key, tried, clock.now());
        if (bucket === undefined) return nobodyLeft();
        tried.add(bucket);
        return placementAt(bucket);
      },
    };
  };

  return { arrive: walkOf, holdings: (): Holdings => ({ inFlight, waiting: 0, affinityBytes: 0 }) };
}

function best(buckets: readonly Bucket[], key: number, tried: ReadonlySet<Bucket>, nowMs: number): Bucket | undefined {
  let chosen: Bucket | undefined;
  let highest = -1;
  for (const bucket of buckets) {
    if (bucket.passedOverUntilMs > nowMs || tried.has(bucket)) continue;
    const share = -bucket.slots / Math.log((mixed(key ^ bucket.hash) + 0.5) / 2 ** 32);
    if (share <= highest) continue;
    highest = share;
    chosen = bucket;
  }
  return chosen;
}

function nobodyLeft(): Failure {
  return failureOf("overloaded", "Every server was tried or failed just now.", { fault: "gateway" });
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash);
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
