import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import { usedUpForMs } from "../../wire/failure/used-up.ts";
import type { Ticket } from "./breaker.ts";
import { type FailureScope, scopeOf, showsPresence } from "./failure-scope.ts";
import type { ProviderState } from "./provider-state.ts";
import type { TargetState } from "./target-state.ts";

type Headers = Readonly<Record<string, string>>;

/** One call in flight. It ends once; whatever comes after that is not heard. */
export interface Call {
  /** Which of the provider's keys is to be sent, counted from 0. */
  readonly credential: number;
  /** The answer has content. Its headers may tell of limits that are used up. */
  firstContent(headers?: Headers): void;
  /** It is complete. */
  answered(): void;
  /** It failed, before or after content. */
  failed(failure: Failure): void;
  /** It was called off, by the caller or because another was quicker: nobody's fault. */
  left(): void;
}

/** What success limits say is believed for this long: then a call goes out and is told. */
const USED_UP_MAX_MS = 60_000;

/** Writes down what comes of one call, where it belongs. */
export class FleetCall implements Call {
  readonly credential: number;
  readonly #clock: Clock;
  readonly #provider: ProviderState;
  readonly #target: TargetState;
  readonly #providerTicket: Ticket;
  readonly #targetTicket: Ticket;
  readonly #startedMs: number;
  #hasContent = false;
  #isOver = false;

  constructor(clock: Clock, provider: ProviderState, target: TargetState, credential: number, nowMs: number) {
    this.credential = credential;
    this.#clock = clock;
    this.#provider = provider;
    this.#target = target;
    this.#startedMs = nowMs;
    this.#providerTicket = provider.breaker.enter(nowMs);
    this.#targetTicket = target.breaker.enter(nowMs);
    provider.inFlight += 1;
    target.inFlight += 1;
    target.awaiting += 1;
  }

  firstContent(headers?: Headers): void {
    if (this.#isOver || this.#hasContent) return;
    const nowMs = this.#clock.now();
    this.#target.latency.observe(nowMs - this.#startedMs, nowMs);
    this.#hadContent(nowMs, headers);
  }

  answered(): void {
    if (this.#isOver) return;
    const nowMs = this.#clock.now();
    if (!this.#hasContent) this.#hadContent(nowMs, undefined);
    this.#end();
    this.#provider.breaker.answered(this.#providerTicket, nowMs);
    this.#target.breaker.answered(this.#targetTicket, nowMs);
    this.#target.failedAtMs = -Infinity;
    this.#provider.failingAtMs = -Infinity;
  }

  failed(failure: Failure): void {
    if (this.#isOver) return;
    const nowMs = this.#clock.now();
    const scope = scopeOf(failure);
    this.#end();
    this.#tellProvider(failure, scope, nowMs);
    if (scope === "target") this.#targetFailed(failure, nowMs);
    else this.#target.breaker.left(this.#targetTicket, nowMs, !this.#hasContent);
    if (scope === "loading") this.#target.loadingSinceMs = nowMs;
    this.#coolDown(failure, scope, nowMs);
  }

  left(): void {
    if (this.#isOver) return;
    const nowMs = this.#clock.now();
    this.#end();
    this.#provider.breaker.left(this.#providerTicket, nowMs, !this.#hasContent);
    this.#target.breaker.left(this.#targetTicket, nowMs, !this.#hasContent);
    if (!this.#hasContent) this.#target.latency.outlasted(nowMs - this.#startedMs, nowMs);
  }

  #hadContent(nowMs: number, headers: Headers | undefined): void {
    this.#hasContent = true;
    this.#target.awaiting -= 1;
    this.#provider.wasPresent();
    this.#provider.loadingAtMs = -Infinity;
    this.#provider.breaker.hadContent(this.#providerTicket, nowMs);
    this.#provider.keys.known(this.credential)?.worked(this.#startedMs);
    this.#target.breaker.hadContent(this.#targetTicket, nowMs);
    this.#target.worked(this.credential, this.#startedMs);
    this.#limitsIn(headers, nowMs);
  }

  #tellProvider(failure: Failure, scope: FailureScope, nowMs: number): void {
    const { breaker } = this.#provider;
    if (scope === "provider") {
      this.#provider.wasAbsent(nowMs);
      breaker.failed(this.#providerTicket, nowMs, wordFor(failure), !this.#hasContent);
    } else if (showsPresence(failure)) {
      this.#provider.wasPresent();
      if (!this.#hasContent) breaker.hadContent(this.#providerTicket, nowMs);
      breaker.answered(this.#providerTicket, nowMs);
    } else {
      breaker.left(this.#providerTicket, nowMs, !this.#hasContent);
    }
  }

  #targetFailed(failure: Failure, nowMs: number): void {
    this.#target.failedAtMs = nowMs;
    this.#target.breaker.failed(this.#targetTicket, nowMs, wordFor(failure), !this.#hasContent);
  }

  #coolDown(failure: Failure, scope: FailureScope, nowMs: number): void {
    const { keys, missing, rest } = this.#target;
    if (scope === "credential") this.#provider.keys.of(this.credential).failed(failure, this.#startedMs, nowMs);
    if (scope === "credential-for-model") keys.of(this.credential).failed(failure, this.#startedMs, nowMs);
    if (scope === "model") missing.failed(failure, this.#startedMs, nowMs);
    if (scope === "target") rest.failed(failure, this.#startedMs, nowMs);
    this.#limitsIn(failure.upstream?.rateLimits, nowMs);
  }

  #limitsIn(headers: Headers | undefined, nowMs: number): void {
    if (headers === undefined) return;
    const waitMs = usedUpForMs(headers, this.#clock.wallNow());
    if (waitMs === undefined) return;
    this.#target.keys.of(this.credential).usedUp(nowMs + Math.min(waitMs, USED_UP_MAX_MS), nowMs);
  }

  #end(): void {
    this.#isOver = true;
    this.#provider.inFlight -= 1;
    this.#target.inFlight -= 1;
    if (!this.#hasContent) this.#target.awaiting -= 1;
  }
}

function wordFor({ code, upstream }: Failure): string {
  return upstream?.status === undefined ? code : `${upstream.status} ${code}`;
}
