import type { ModelInfo } from "../../model/model-info.ts";
import { Breaker } from "./breaker.ts";
import { Cooldown } from "./cooldown.ts";
import { KeyCooldowns } from "./key-cooldowns.ts";
import { Latency } from "./latency.ts";
import { RetryBudget } from "./retry-budget.ts";

/** As long as most calls are answered, those that come from elsewhere are load like any other. */
const IN_ORDER = 0.9;

/** What is known of one model at one provider. Moments are on the clock that never goes back. */
export class TargetState {
  readonly latency: Latency = new Latency();
  readonly retries: RetryBudget = new RetryBudget();
  readonly breaker: Breaker;
  /** Of each key, for this model. */
  readonly keys: KeyCooldowns = new KeyCooldowns();
  /** The server asked to be left alone. */
  readonly rest: Cooldown = new Cooldown();
  /** The server does not have the model. */
  readonly missing: Cooldown = new Cooldown();
  inFlight = 0;
  /** Of those, how many have no content yet. */
  awaiting = 0;
  loadingSinceMs: number = -Infinity;
  failedAtMs: number = -Infinity;
  /** What the server's list said of it last, as far as no call has shown more since. */
  listed: ModelInfo["state"] | undefined;

  constructor(random: () => number) {
    this.breaker = new Breaker(random);
  }

  mayRetry(nowMs: number): boolean {
    return this.breaker.goodShare(nowMs) >= IN_ORDER || this.retries.allows(nowMs);
  }

  /** A call had content. */
  worked(key: number, startedMs: number): void {
    this.loadingSinceMs = -Infinity;
    this.listed = "ready";
    this.missing.worked(startedMs);
    this.rest.worked(startedMs);
    this.keys.known(key)?.worked(startedMs);
  }

  /** The server's list was read; absent where the model is not on it. */
  wasListed(state: ModelInfo["state"] | undefined): void {
    this.listed = state;
    if (state === "ready") this.loadingSinceMs = -Infinity;
    if (state !== undefined) this.missing.clear();
  }

  /** A server that is up has loaded the model, unless it says that it loads models by themselves. */
  serverIsUp(): void {
    if (this.listed !== "loading" && this.listed !== "unloaded") this.loadingSinceMs = -Infinity;
  }
}
