import type { Failure, FailureKind } from "../../model/failure.ts";
import type { Closure } from "./view.ts";

/** How long something is left alone after a failure of a kind, where the server does not say. */
interface Rest {
  readonly firstMs: number;
  /** Doubled with each further failure up to this. */
  readonly longestMs: number;
  readonly reason: string;
}

const MINUTE_MS = 60_000;
const RESTS: Partial<Record<FailureKind, Rest>> = {
  auth: { firstMs: MINUTE_MS, longestMs: MINUTE_MS, reason: "its key is refused" },
  permission: { firstMs: MINUTE_MS, longestMs: MINUTE_MS, reason: "its key may not use the model" },
  quota: { firstMs: 10 * MINUTE_MS, longestMs: 10 * MINUTE_MS, reason: "its account has nothing left to spend" },
  rate_limit: { firstMs: 1_000, longestMs: MINUTE_MS, reason: "cooling down" },
  model_not_found: { firstMs: MINUTE_MS, longestMs: MINUTE_MS, reason: "its server does not have the model" },
};
/** The others rest only as long as the server asked. */
const AS_ASKED: Rest = { firstMs: 0, longestMs: 0, reason: "cooling down" };

/** A server that asks for more is asked again after this, in case it was wrong. */
const LONGEST_ASKED_MS = 3_600_000;
/** What a refused key, or an empty account, is tried again with: one call in this time. */
const RECHECK_MS = 5_000;
const RECHECKED: ReadonlySet<FailureKind | undefined> = new Set<FailureKind | undefined>([
  "auth",
  "permission",
  "quota",
]);

/** Leaves something alone for a while, as its failures ask. */
export class Cooldown {
  #closure: Closure | undefined;
  #setMs = -Infinity;
  #restMs = 0;

  closure(nowMs: number): Closure | undefined {
    if (this.#closure === undefined) return undefined;
    return this.#closure.untilMs > nowMs ? this.#closure : undefined;
  }

  /** @param startedMs when the call began: calls that were under way together count as one failure */
  failed(failure: Failure, startedMs: number, nowMs: number): void {
    const rest = RESTS[failure.kind] ?? AS_ASKED;
    const isFresh = startedMs > this.#setMs;
    if (isFresh) this.#restMs = Math.min(rest.longestMs, Math.max(rest.firstMs, 2 * this.#restMs));
    const askedMs = Math.min(failure.retryAfterMs ?? 0, LONGEST_ASKED_MS);
    const untilMs = nowMs + (askedMs > 0 ? askedMs : this.#restMs);
    if (untilMs <= (isFresh ? nowMs : (this.#closure?.untilMs ?? nowMs))) return;
    this.#set({ untilMs, reason: reasonOf(rest, failure), kind: failure.kind, soft: askedMs === 0 }, nowMs);
  }

  /** There is nothing to be had until then, as a server said that did not fail. */
  usedUp(untilMs: number, nowMs: number): void {
    if (untilMs <= (this.#closure?.untilMs ?? nowMs)) return;
    this.#set({ untilMs, reason: "its rate limit is used up", kind: "rate_limit" }, nowMs);
  }

  /** A call goes out though it failed before: where that is likely to fail again, the others wait for how it ends. */
  taken(nowMs: number): void {
    const last = this.#closure;
    if (last === undefined || !RECHECKED.has(last.kind)) return;
    this.#closure = { ...last, untilMs: nowMs + RECHECK_MS };
  }

  /** @param startedMs when the call began: one from before says nothing of what was met since */
  worked(startedMs: number): void {
    if (startedMs > this.#setMs) this.clear();
  }

  clear(): void {
    this.#closure = undefined;
    this.#restMs = 0;
  }

  #set(closure: Closure, nowMs: number): void {
    this.#closure = closure;
    this.#setMs = nowMs;
  }
}

function reasonOf({ reason }: Rest, { kind, upstream }: Failure): string {
  return `${reason} after ${upstream?.status ?? kind}`;
}
