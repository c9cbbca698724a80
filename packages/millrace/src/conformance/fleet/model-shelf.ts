import type { Clock, Timer } from "../../model/clock.ts";
import type { ServerSpec } from "./server-spec.ts";

type Stay = { state: "loading"; readonly timer: Timer } | { state: "ready"; usedOrder: number };

/** Which of its models a server has loaded. One that is busy is never put out for another. */
export class ModelShelf {
  /** How often a model was loaded. */
  loads: number = 0;
  readonly #spec: ServerSpec;
  readonly #clock: Clock;
  readonly #onReady: () => void;
  readonly #stays = new Map<string, Stay>();
  readonly #busy = new Map<string, number>();
  #order = 0;

  constructor(spec: ServerSpec, clock: Clock, onReady: () => void) {
    this.#spec = spec;
    this.#clock = clock;
    this.#onReady = onReady;
  }

  /** Absent where whatever is asked for is loaded. */
  get loaded(): string[] | undefined {
    if (this.#spec.models === undefined) return undefined;
    return [...this.#stays.keys()].filter((model) => this.isReady(model));
  }

  isReady(model: string): boolean {
    return this.#spec.models === undefined || this.#stays.get(model)?.state === "ready";
  }

  /** Begins to load a model, where there is room or somebody idle to put out. */
  want(model: string): void {
    if (this.isReady(model) || this.#stays.has(model)) return;
    const spec = this.#spec.models?.find((one) => one.model === model);
    if (spec === undefined || !this.#makeRoom()) return;
    this.loads += 1;
    const timer = this.#clock.setTimer(spec.loadMs, () => {
      this.#stays.set(model, { state: "ready", usedOrder: this.#order++ });
      this.#onReady();
    });
    this.#stays.set(model, { state: "loading", timer });
  }

  begin(model: string): void {
    this.#busy.set(model, (this.#busy.get(model) ?? 0) + 1);
    const stay = this.#stays.get(model);
    if (stay?.state === "ready") stay.usedOrder = this.#order++;
  }

  end(model: string): void {
    this.#busy.set(model, (this.#busy.get(model) ?? 0) - 1);
  }

  /** As after a restart. */
  clear(): void {
    for (const stay of this.#stays.values()) if (stay.state === "loading") stay.timer.cancel();
    this.#stays.clear();
  }

  #makeRoom(): boolean {
    if (this.#stays.size < (this.#spec.modelsAtOnce ?? 1)) return true;
    let oldest: string | undefined;
    let oldestOrder = Infinity;
    for (const [model, stay] of this.#stays) {
      if (stay.state === "loading" || (this.#busy.get(model) ?? 0) > 0 || stay.usedOrder >= oldestOrder) continue;
      oldest = model;
      oldestOrder = stay.usedOrder;
    }
    return oldest !== undefined && this.#stays.delete(oldest);
  }
}
