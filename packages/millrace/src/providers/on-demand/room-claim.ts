import type { Clock, Timer } from "../../model/clock.ts";
import type { GroupMember, ServerGroup } from "./server-group.ts";

export interface RoomClaimOptions {
  readonly clock: Clock;
  readonly group: ServerGroup;
  readonly member: GroupMember;
  /** How many of the group may run at once. */
  readonly size: number;
  /** How long to wait; 0 for no limit. */
  readonly limitMs: number;
  /** It has waited for too long, and does not any more. */
  readonly onLimit: () => void;
}

/** A server's wait for room in its group. */
export class RoomClaim {
  readonly #options: RoomClaimOptions;
  #waiting = false;
  #timer: Timer | undefined;

  constructor(options: RoomClaimOptions) {
    this.#options = options;
  }

  get isWaiting(): boolean {
    return this.#waiting;
  }

  /** The member is told when there is room, which may be at once. */
  begin(sinceMs: number): void {
    const { clock, group, limitMs, member, onLimit, size } = this.#options;
    this.#waiting = true;
    if (limitMs > 0) {
      this.#timer = clock.setTimer(limitMs, () => {
        this.giveUp();
        onLimit();
      });
    }
    group.enter(member, size, sinceMs);
  }

  /** There was room. */
  granted(): void {
    this.#waiting = false;
    this.#timer?.cancel();
  }

  giveUp(): void {
    if (!this.#waiting) return;
    this.granted();
    this.#options.group.withdraw(this.#options.member);
  }
}
