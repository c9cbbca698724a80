import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { ProviderError } from "../../model/errors.ts";
import type { FailureKind } from "../../model/failure.ts";
import type { GatewayProvider, StartWait } from "../../providers/provider.ts";
import type { Target } from "../plan.ts";
import { SharedStart, type StartProgress } from "./shared-start.ts";

/** What a server that starts says, or lets the network say. Anything else is no reason to join those who wait. */
export const OF_A_START: ReadonlySet<FailureKind> = new Set<FailureKind>(["loading", "connection"]);

/** Waiting for servers that start: however many requests wait for one, it is looked at for all of them at once. */
export class StartWaits {
  readonly #clock: Clock;
  readonly #starts = new WeakMap<GatewayProvider, Map<string, SharedStart>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Whether the target could be called before the wait was over. False at once where `error`, what it said,
   * shows something other than a start.
   *
   * @throws {ProviderError} `cancelled`, when the signal fires
   */
  until(target: Target, error: ProviderError, wait: StartWait, signal: CancelSignal): Promise<boolean> {
    const { provider } = target;
    if (!OF_A_START.has(error.kind)) return provider.untilReady(error, wait, { signal });
    return this.#startOf(target).join(error, wait, signal);
  }

  /** Who waits for this target, for those who tell their clients; undefined where nobody does. */
  waiting({ provider, model }: Target): StartProgress | undefined {
    return this.#starts.get(provider)?.get(model)?.progress;
  }

  #startOf({ provider, model }: Target): SharedStart {
    const starts = this.#starts.get(provider) ?? new Map<string, SharedStart>();
    this.#starts.set(provider, starts);
    const start = starts.get(model) ?? new SharedStart(provider, this.#clock, () => starts.delete(model));
    starts.set(model, start);
    return start;
  }
}
