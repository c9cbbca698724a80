import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock, Timer } from "../../model/clock.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { comeBackAfter } from "../come-back.ts";
import { clientLeft, RefusalError } from "../refusal.ts";
import type { PlaceInLine, Room, Waiter } from "./room.ts";

/** Who wants a place. */
export interface Claim {
  /** Those of one key share its turns: the principal. */
  readonly key: string;
  /** Higher goes first. */
  readonly priority: number;
  /** How long a line may be, this one included. */
  readonly maxLength: number;
  /** 0 is no limit. */
  readonly maxWaitMs: number;
  /** How much of that is over, where this is not its first wait; 0 by default. */
  readonly waitedMs?: number;
  readonly signal: CancelSignal;
  readonly clock: Clock;
  /** For so long only a place in the first room is wanted; 0, as by default, is not at all. */
  readonly firstAloneMs?: number | undefined;
  /** Rooms that may be entered now, though they could not when the wait began; looked at again every second. */
  readonly reopened?: (() => readonly Room[]) | undefined;
  /** Told once when there is no place yet, for those who want to say how it goes on. */
  readonly waits?: (progress: LineProgress) => void;
}

const LOOK_AGAIN_MS = 1000;

/** How far the line has come. */
export interface LineProgress {
  /** How many go before in the best of the lines; 0 when it is over. */
  readonly ahead: number;
}

/**
 * A place in the first room that has one, or else in the first where one comes free. Of several rooms, the first may
 * be worth waiting for alone at first. The room has been
 * entered: whoever gets it gives the place back once, also where the signal has fired since.
 *
 * @throws {RefusalError} the lines are full, the wait was too long, or the client left
 */
export function firstPlace(rooms: readonly Room[], claim: Claim): Room | Promise<Room> {
  if (claim.signal.aborted) return Promise.reject(clientLeft());
  for (const room of claim.firstAloneMs ? rooms.slice(0, 1) : rooms) if (room.tryTake()) return room;
  return comesFree(rooms, claim);
}

async function comesFree(rooms: readonly Room[], claim: Claim): Promise<Room> {
  const room = await new Promise<Room>((resolve, reject) => {
    const wait = new PlaceWait(rooms, claim, { resolve, reject });
    if (wait.begin()) claim.waits?.(wait);
  });
  if (!claim.signal.aborted) return room;
  // It fired as the place was given, or before we could hear it.
  room.giveBack();
  throw clientLeft();
}

interface Settle {
  readonly resolve: (room: Room) => void;
  readonly reject: (error: RefusalError) => void;
}

/** One claim in the lines of all its rooms. */
class PlaceWait implements Waiter, LineProgress {
  readonly #rooms: readonly Room[];
  readonly #claim: Claim;
  readonly #settle: Settle;
  readonly #places = new Map<Room, PlaceInLine>();
  #timer: Timer | undefined;
  #alone: Timer | undefined;
  #again: Timer | undefined;
  #over = false;

  constructor(rooms: readonly Room[], claim: Claim, settle: Settle) {
    this.#rooms = rooms;
    this.#claim = claim;
    this.#settle = settle;
  }

  get key(): string {
    return this.#claim.key;
  }

  get priority(): number {
    return this.#claim.priority;
  }

  get maxLength(): number {
    return this.#claim.maxLength;
  }

  get clock(): Clock {
    return this.#claim.clock;
  }

  get ahead(): number {
    if (this.#over) return 0;
    const nowMs = this.clock.now();
    let least = Infinity;
    for (const [room, place] of this.#places) least = Math.min(least, room.ahead(place, nowMs));
    return least;
  }

  /** Gets in line; false where it is refused. Only where every line is full does somebody else have to give way. */
  begin(): boolean {
    const { firstAloneMs = 0, maxWaitMs, signal, waitedMs = 0 } = this.#claim;
    const [first] = this.#rooms;
    if (firstAloneMs > 0 && first !== undefined) this.#keep(first, first.join(this));
    if (this.#places.size > 0) this.#alone = this.clock.setTimer(firstAloneMs, () => this.#joinAll());
    else if (!this.#joinAll()) return false;
    signal.addEventListener("abort", this);
    this.#lookAgain();
    if (maxWaitMs > 0) {
      this.#timer = this.clock.setTimer(Math.max(0, maxWaitMs - waitedMs), () => {
        this.#refuse(waitedTooLong(this.#rooms, this.#claim, this.ahead));
      });
    }
    return true;
  }

  /** Gets in every line, unless a room has a place already. */
  #joinAll(): boolean {
    this.#alone?.cancel();
    this.#alone = undefined;
    const others = this.#rooms.filter((room) => !this.#places.has(room));
    const free = others.find((room) => room.tryTake());
    if (free !== undefined) {
      this.getsPlace(free);
      return false;
    }
    for (const room of others) if (!this.#places.has(room)) this.#keep(room, room.join(this));
    for (const room of this.#rooms) if (this.#places.size === 0) this.#keep(room, room.joinInstead(this));
    if (this.#places.size > 0) return true;
    this.#refuse(lineFull(this.#rooms, this.#claim));
    return false;
  }

  #lookAgain(): void {
    const { reopened } = this.#claim;
    if (reopened === undefined) return;
    this.#again = this.clock.setTimer(LOOK_AGAIN_MS, () => {
      const free = reopened().find((room) => room.tryTake());
      if (free === undefined) this.#lookAgain();
      else this.getsPlace(free);
    });
  }

  getsPlace(room: Room): void {
    this.#end();
    this.#settle.resolve(room);
  }

  gaveWay(room: Room): void {
    this.#places.delete(room);
    if (this.#places.size > 0) return;
    if (this.#alone === undefined) this.#refuse(lineFull(this.#rooms, this.#claim));
    else this.#joinAll();
  }

  /** The client left. */
  handleEvent(): void {
    this.#end();
    this.#settle.reject(clientLeft());
  }

  #keep(room: Room, place: PlaceInLine | undefined): void {
    if (place !== undefined) this.#places.set(room, place);
  }

  #refuse(error: RefusalError): void {
    this.#end();
    this.#settle.reject(error);
  }

  #end(): void {
    this.#over = true;
    for (const [room, place] of this.#places) room.leave(place);
    this.#places.clear();
    this.#timer?.cancel();
    this.#alone?.cancel();
    this.#again?.cancel();
    this.#claim.signal.removeEventListener("abort", this);
  }
}

function lineFull(rooms: readonly Room[], claim: Claim): RefusalError {
  const ahead = fewestWaiting(rooms);
  return refused(
    rooms,
    claim,
    "line_full",
    ahead,
    `and ${ahead} wait for one, which is all that may (\`queue.length\`)`,
  );
}

function waitedTooLong(rooms: readonly Room[], claim: Claim, ahead: number): RefusalError {
  const why = `and none came free within ${claim.maxWaitMs / 1000} s (\`queue.max_wait\`); still ahead in line: ${ahead}`;
  return refused(rooms, claim, "line_timeout", ahead, why);
}

function refused(rooms: readonly Room[], { clock }: Claim, code: string, ahead: number, why: string): RefusalError {
  const nowMs = clock.now();
  const waitMs = Math.min(...rooms.map((room) => room.expectedWaitMs(ahead, nowMs)));
  return new RefusalError(
    failureOf("rate_limit", `Every place at the model's servers is taken, ${why}.`, {
      fault: "gateway",
      code,
      status: 429,
      retryAfterMs: comeBackAfter(Math.round(waitMs)),
      details: { ahead },
    }),
  );
}

function fewestWaiting(rooms: readonly Room[]): number {
  return Math.min(...rooms.map((room) => room.waiting));
}
