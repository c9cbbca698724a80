import type { Clock } from "../model/clock.ts";
import { Fleet } from "./fleet/fleet.ts";
import { StartWaits } from "./fleet/start-waits.ts";
import type { Plan } from "./plan.ts";
import type { GatewayPorts } from "./ports.ts";
import { ReasoningMemory } from "./reasoning-memory.ts";
import { ResponseHolders } from "./response-holders.ts";
import { AffinityIndex } from "./routing/affinity-index.ts";
import type { LiveState } from "./routing/live-state.ts";

/** What the gateway has learned while running, which no reload takes away: how targets are, and who talks to which. */
export class Live {
  readonly fleet: Fleet;
  readonly affinity: AffinityIndex = new AffinityIndex();
  readonly startWaits: StartWaits;
  readonly reasoning: ReasoningMemory = new ReasoningMemory();
  readonly responses: ResponseHolders = new ResponseHolders();
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #turns = new Map<string, number>();

  constructor({ clock, random }: Pick<GatewayPorts, "clock" | "random">) {
    this.fleet = new Fleet({ clock, random });
    this.startWaits = new StartWaits(clock);
    this.#clock = clock;
    this.#random = random;
  }

  /** What the configuration says of servers holds for all their calls, those of earlier plans included. */
  usePlan({ models, providers, slots }: Pick<Plan, "models" | "providers" | "slots">): void {
    for (const provider of providers.values()) this.fleet.setSlots(provider, slots.get(provider.name));
    for (const name of this.#turns.keys()) if (!models.has(name)) this.#turns.delete(name);
  }

  /** As it is at this moment, for routing. */
  now(): LiveState {
    const { affinity, fleet } = this;
    return { affinity, fleet, nowMs: this.#clock.now(), random: this.#random, turn: this.#turn };
  }

  /** The same for who only looks: nobody's turn is taken. */
  toLookAt(): LiveState {
    return { ...this.now(), turn: (name) => this.#turns.get(name) ?? 0 };
  }

  readonly #turn = (name: string): number => {
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, turn + 1);
    return turn;
  };
}
