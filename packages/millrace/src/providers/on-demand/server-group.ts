import type { Clock, Timer } from "../../model/clock.ts";

/** A server as its group sees it. */
export interface GroupMember {
  readonly name: string;
  /** Since when nobody uses it, or awaits its start; absent while somebody does. */
  readonly idleSinceMs: number | undefined;
  /** Since when it has been ready; absent before. */
  readonly readySinceMs: number | undefined;
  /** There is room for it now. */
  start(): void;
  /** It has to stop, and leaves the group when it is gone. Only asked of one that is idle. */
  makeRoom(): void;
  /** It may take new calls again. */
  resume(): void;
}

/** Who waits for room, and how much there is for it. */
interface Want {
  readonly member: GroupMember;
  readonly size: number;
  readonly sinceMs: number;
}

/**
 * A server that is ready goes on taking calls while another waits for its room, so that calls for the same model are
 * served together; after this long it takes no new ones, and ends those it has.
 */
export const MAX_WAIT_MS = 30_000;
/** What was loaded stays for a while: clients that use two models in turn must not have both loaded all the time. */
export const RESIDENCY_MS = 5_000;

/**
 * Servers that share room, such as the memory of one graphics card. One that wants to start waits in line; idle ones
 * are stopped for it, the longest idle first, and a busy one never is.
 */
export class ServerGroup {
  readonly #clock: Clock;
  /** From being let in until the process is gone. */
  readonly #inside = new Set<GroupMember>();
  /** Of those, the ones that were asked to make room. */
  readonly #leaving = new Set<GroupMember>();
  /** In the order in which they began to wait. */
  readonly #line: Want[] = [];
  #heldBack: ReadonlySet<GroupMember> = new Set();
  #timer: Timer | undefined;
  #settling = false;
  #unsettled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Who has room, by name. */
  get inside(): readonly string[] {
    return [...this.#inside].map(({ name }) => name);
  }

  /** Whether it may take no new calls, because others have waited for too long. */
  holdsBack(member: GroupMember): boolean {
    return this.#heldBack.has(member);
  }

  /**
   * Waits for room; `start` is called when it is there, which may be at once.
   *
   * @param size how many may be inside with it
   * @param sinceMs when its first call began to wait
   */
  enter(member: GroupMember, size: number, sinceMs: number): void {
    const behind = this.#line.findIndex((want) => want.sinceMs > sinceMs);
    this.#line.splice(behind === -1 ? this.#line.length : behind, 0, { member, size, sinceMs });
    this.changed();
  }

  /** It no longer waits for room. */
  withdraw(member: GroupMember): void {
    const at = this.#line.findIndex((want) => want.member === member);
    if (at !== -1) this.#line.splice(at, 1);
    this.changed();
  }

  /** It takes no room any more. */
  leave(member: GroupMember): void {
    this.#inside.delete(member);
    this.#leaving.delete(member);
    this.changed();
  }

  /** A member has become idle, ready, or unwanted. */
  changed(): void {
    this.#unsettled = true;
    // What members are asked to do may come back here.
    if (this.#settling) return;
    this.#settling = true;
    while (this.#unsettled) {
      this.#unsettled = false;
      this.#settle();
    }
    this.#settling = false;
  }

  #settle(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#letIn();
    const nowMs = this.#clock.now();
    this.#makeRoom(nowMs);
    this.#holdBack(nowMs);
    this.#lookAgain(nowMs);
  }

  #letIn(): void {
    for (let [head] = this.#line; head !== undefined && this.#inside.size < head.size; [head] = this.#line) {
      this.#line.shift();
      this.#inside.add(head.member);
      head.member.start();
    }
  }

  /** Stops as many idle ones as are in the way. */
  #makeRoom(nowMs: number): void {
    const idle = this.#staying().filter(({ idleSinceMs }) => idleSinceMs !== undefined);
    const inOrder = idle.sort((a, b) => (a.idleSinceMs ?? 0) - (b.idleSinceMs ?? 0));
    const evictable = inOrder.filter((member) => evictableAtMs(member) <= nowMs);
    for (const member of evictable.slice(0, this.#inTheWay())) {
      this.#leaving.add(member);
      member.makeRoom();
    }
  }

  /** Those who have waited for too long need as many members to come to an end, the longest resident first. */
  #holdBack(nowMs: number): void {
    const overdue = this.#line.filter(({ sinceMs }) => sinceMs + MAX_WAIT_MS <= nowMs).length;
    const resident = this.#staying()
      .filter((member) => member.readySinceMs !== undefined && evictableAtMs(member) <= nowMs)
      .sort((a, b) => (a.readySinceMs ?? 0) - (b.readySinceMs ?? 0));
    const before = this.#heldBack;
    this.#heldBack = new Set(resident.slice(0, Math.min(overdue, this.#inTheWay())));
    for (const member of before) {
      if (this.#inside.has(member) && !this.#leaving.has(member) && !this.#heldBack.has(member)) member.resume();
    }
  }

  /** What time alone will change: somebody has been inside, or in line, for long enough. */
  #lookAgain(nowMs: number): void {
    if (this.#line.length === 0) return;
    const moments = [
      ...this.#staying().map(evictableAtMs),
      ...this.#line.map(({ sinceMs }) => sinceMs + MAX_WAIT_MS),
    ].filter((atMs) => atMs > nowMs);
    if (moments.length > 0) {
      this.#timer = this.#clock.setTimer(Math.min(...moments) - nowMs, () => this.changed());
    }
  }

  #staying(): GroupMember[] {
    return [...this.#inside].filter((member) => !this.#leaving.has(member));
  }

  /** How many of those who stay are in the way of those who wait. */
  #inTheWay(): number {
    const [head] = this.#line;
    if (head === undefined) return 0;
    const staying = this.#inside.size - this.#leaving.size;
    return Math.min(staying, Math.max(0, staying + this.#line.length - head.size));
  }
}

/** One that is not ready yet has nothing to lose. */
function evictableAtMs({ readySinceMs }: GroupMember): number {
  return readySinceMs === undefined ? 0 : readySinceMs + RESIDENCY_MS;
}

/** The groups of one configuration and of those that follow it, by name. */
export class ServerGroups {
  readonly #clock: Clock;
  readonly #groups = new Map<string, ServerGroup>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The group of this name. */
  of(name: string): ServerGroup {
    const known = this.#groups.get(name) ?? new ServerGroup(this.#clock);
    this.#groups.set(name, known);
    return known;
  }
}
