import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { type CancelListener, Cancellation } from "../../model/cancellation.ts";
import type { Failure } from "../../model/failure.ts";
import { RefusalError } from "../refusal.ts";
import { type Claim, firstPlace, type LineProgress } from "./first-place.ts";
import { Room } from "./room.ts";

function full(capacity: number): Room {
  const room = new Room(capacity);
  while (room.tryTake());
  return room;
}

class HeardCancellation extends Cancellation {
  listeners = 0;
  override addEventListener(type: "abort", listener: CancelListener): void {
    this.listeners += 1;
    super.addEventListener(type, listener);
  }
  override removeEventListener(type: "abort", listener: CancelListener): void {
    this.listeners -= 1;
    super.removeEventListener(type, listener);
  }
}

/** A request and what has come of it. */
class Asked {
  readonly cancellation = new Cancellation();
  progress: LineProgress | undefined;
  room: Room | undefined;
  failure: Failure | undefined;
  settled = 0;
  readonly over: Promise<void>;

  constructor(rooms: readonly Room[], clock: FakeClock, more: Partial<Claim> = {}) {
    const claim = {
      key: "me",
      priority: 0,
      maxLength: 256,
      maxWaitMs: 60_000,
      signal: this.cancellation,
      clock,
      ...more,
    };
    const waits = (progress: LineProgress): void => void (this.progress = progress);
    this.over = this.#keep(firstPlace(rooms, { ...claim, waits }));
  }

  async #keep(place: Room | Promise<Room>): Promise<void> {
    try {
      this.room = await place;
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      this.failure = error.failure;
    }
    this.settled += 1;
  }
}

describe("a place", () => {
  test("is in the first room that has one, at once", () => {
    const [first, second, third] = [full(1), new Room(1), new Room(1)];
    const claim = {
      key: "me",
      priority: 0,
      maxLength: 256,
      maxWaitMs: 1,
      signal: new Cancellation(),
      clock: new FakeClock(),
    };
    expect(firstPlace([first, second, third], claim)).toBe(second);
    expect([first.taken, second.taken, third.taken]).toEqual([1, 1, 0]);
  });

  test("is in whichever room has one first, and the other lines forget who has it", async () => {
    const [clock, one, other] = [new FakeClock(), full(1), full(1)];
    const asked = new Asked([one, other], clock);
    expect([one.waiting, other.waiting, clock.pending]).toEqual([1, 1, 1]);
    other.giveBack();
    expect([one.waiting, other.waiting, clock.pending]).toEqual([0, 0, 0]);
    one.giveBack();
    await asked.over;
    expect([asked.room === other, one.taken, other.taken]).toEqual([true, 0, 1]);
  });

  test("is waited for by a second model of a server that has one, rather than taken from the first", async () => {
    const [clock, server] = [new FakeClock(), new Room(1)];
    const first = new Asked([server], clock);
    const second = new Asked([server, server], clock);
    await first.over;
    expect([first.room, second.room, server.waiting]).toEqual([server, undefined, 1]);
    server.giveBack();
    await second.over;
    expect([second.room, server.taken, server.waiting]).toEqual([server, 1, 0]);
  });

  test("goes to a higher priority first", async () => {
    const [clock, room] = [new FakeClock(), full(1)];
    const low = new Asked([room], clock);
    const high = new Asked([room], clock, { priority: 1 });
    room.giveBack();
    await high.over;
    expect([low.settled, high.room]).toEqual([0, room]);
  });
});

describe("while a request waits", () => {
  test("it can tell how many are ahead in the best of its lines, for keep-alives", async () => {
    const [clock, long, short] = [new FakeClock(), full(1), full(1)];
    const others = [new Asked([long], clock), new Asked([long], clock), new Asked([short], clock)];
    const asked = new Asked([long, short], clock);
    expect(asked.progress?.ahead).toBe(1);
    short.giveBack();
    expect(asked.progress?.ahead).toBe(0);
    short.giveBack();
    await asked.over;
    expect([asked.progress?.ahead, asked.room]).toEqual([0, short]);
    expect(others.map(({ room }) => room)).toEqual([undefined, undefined, short]);
  });

  test("it may have no limit", async () => {
    const [clock, room] = [new FakeClock(), full(1)];
    const asked = new Asked([room], clock, { maxWaitMs: 0 });
    expect(clock.pending).toBe(0);
    clock.advance(1e9);
    room.giveBack();
    await asked.over;
    expect(asked.room).toBe(room);
  });
});

describe("a request is refused", () => {
  test("when it has waited too long, by the name of the limit and of its setting", async () => {
    const [clock, room] = [new FakeClock(), full(1)];
    const ahead = new Asked([room], clock);
    const asked = new Asked([room], clock, { maxWaitMs: 5000 });
    clock.advance(5000);
    await asked.over;
    expect(asked.failure).toMatchObject({
      kind: "rate_limit",
      fault: "gateway",
      code: "line_timeout",
      status: 429,
      retryAfterMs: 10_000,
      details: { ahead: 1 },
    });
    expect(asked.failure?.message).toMatch(/within 5 s \(`queue\.max_wait`\)/);
    expect([room.waiting, ahead.settled]).toEqual([1, 0]);
  });

  test("when every line is full", async () => {
    const [clock, one, other] = [new FakeClock(), full(1), full(1)];
    const waiting = [one, other, other].map((room) => new Asked([room], clock, { maxLength: 2 }));
    const late = new Asked([one, other], clock, { maxLength: 1 });
    await late.over;
    expect(late.failure).toMatchObject({
      kind: "rate_limit",
      fault: "gateway",
      code: "line_full",
      status: 429,
      details: { ahead: 1 },
    });
    expect([waiting.map(({ settled }) => settled), clock.pending]).toEqual([[0, 0, 0], 3]);
  });

  test("but not when only some are: it waits in the others, and nobody has to give way", () => {
    const [clock, one, other] = [new FakeClock(), full(1), full(1)];
    const greedy = [1, 2, 3].map(() => new Asked([one], clock, { key: "greedy", maxLength: 3 }));
    const asked = new Asked([one, other], clock, { maxLength: 3 });
    expect([one.waiting, other.waiting, asked.settled, greedy.map(({ settled }) => settled)]).toEqual([
      3,
      1,
      0,
      [0, 0, 0],
    ]);
  });

  test("when it has most of a full line and another key has nothing", async () => {
    const [clock, room] = [new FakeClock(), full(1)];
    const greedy = [1, 2, 3].map(() => new Asked([room], clock, { key: "greedy", maxLength: 3 }));
    const modest = new Asked([room], clock, { key: "modest", maxLength: 3 });
    await greedy[2]?.over;
    expect(greedy.map(({ failure }) => failure?.code)).toEqual([undefined, undefined, "line_full"]);
    expect([modest.settled, room.waiting]).toEqual([0, 3]);
  });

  test("in one line only, where several are full", async () => {
    const [clock, one, other] = [new FakeClock(), full(1), full(1)];
    const greedy = [one, one, other, other].map((room) => new Asked([room], clock, { key: "greedy", maxLength: 2 }));
    const modest = new Asked([one, other], clock, { key: "modest", maxLength: 2 });
    await greedy[1]?.over;
    expect(greedy.map(({ settled }) => settled)).toEqual([0, 1, 0, 0]);
    expect([modest.settled, one.waiting, other.waiting]).toEqual([0, 2, 2]);
  });

  test("unless it waits in another line as well", async () => {
    const [clock, room, elsewhere] = [new FakeClock(), full(1), full(1)];
    const greedy = [1, 2].map(() => new Asked([room, elsewhere], clock, { key: "greedy", maxLength: 2 }));
    const modest = new Asked([room], clock, { key: "modest", maxLength: 2 });
    expect([room.waiting, elsewhere.waiting]).toEqual([2, 2]);
    elsewhere.giveBack();
    elsewhere.giveBack();
    elsewhere.capacity = 2;
    await Promise.all(greedy.map(({ over }) => over));
    expect([greedy.map((asked) => asked.room === elsewhere), modest.settled]).toEqual([[true, true], 0]);
  });

  test.each<[string, number, number]>([
    ["a second", 10, 1000],
    ["as long as places took lately for each who waits", 4000, 8000],
    ["a minute", 50_000, 60_000],
  ])("and told to come back after %s", async (_fact, eachMs, retryAfterMs) => {
    const [clock, room] = [new FakeClock(), full(1)];
    const served = [1, 2].map(() => new Asked([room], clock, { maxWaitMs: 0 }));
    clock.advance(eachMs);
    room.giveBack();
    const late = new Asked([room], clock, { maxLength: 1 });
    await late.over;
    expect([late.failure?.retryAfterMs, served.map(({ settled }) => settled)]).toEqual([retryAfterMs, [1, 0]]);
  });
});

describe("a client that leaves", () => {
  test("before it asks takes no place", async () => {
    const [clock, room] = [new FakeClock(), new Room(1)];
    const signal = new Cancellation();
    signal.cancel();
    const asked = new Asked([room], clock, { signal });
    await asked.over;
    expect([asked.failure?.code, room.taken]).toEqual(["client_closed", 0]);
  });

  test("while it waits leaves every line at once, and its timer with them", async () => {
    const [clock, one, other] = [new FakeClock(), full(1), full(1)];
    const asked = new Asked([one, other], clock);
    asked.cancellation.cancel();
    expect([one.waiting, other.waiting, clock.pending]).toEqual([0, 0, 0]);
    await asked.over;
    expect(asked.failure?.code).toBe("client_closed");
  });

  test("long after it was given a place is no business of the line any more", async () => {
    const [clock, room, signal] = [new FakeClock(), full(1), new HeardCancellation()];
    const asked = new Asked([room], clock, { signal });
    expect(signal.listeners).toBe(1);
    room.giveBack();
    await asked.over;
    expect(signal.listeners).toBe(0);
  });

  test("just after it was given a place leaves it to the next", async () => {
    const [clock, room] = [new FakeClock(), full(1)];
    const [leaving, next] = [new Asked([room], clock), new Asked([room], clock)];
    room.giveBack();
    leaving.cancellation.cancel();
    await Promise.all([leaving.over, next.over]);
    expect([leaving.failure?.code, next.room, room.taken]).toEqual(["client_closed", room, 1]);
  });

  test("just as it would be given one leaves it to the next", async () => {
    const [clock, room] = [new FakeClock(), full(1)];
    const cancellation = new Cancellation();
    cancellation.addEventListener("abort", () => room.giveBack());
    const [leaving, next] = [new Asked([room], clock, { signal: cancellation }), new Asked([room], clock)];
    cancellation.cancel();
    await Promise.all([leaving.over, next.over]);
    expect([leaving.failure?.code, next.room, room.taken]).toEqual(["client_closed", room, 1]);
  });
});

type Step = {
  readonly does: "ask" | "done" | "leave" | "time" | "turn" | "resize";
  readonly pick: number;
  readonly rooms: number[];
};
const steps = fc.array(
  fc.record({
    does: fc.constantFrom<Step["does"]>("ask", "ask", "ask", "done", "done", "leave", "time", "turn", "resize"),
    pick: fc.nat(10_000),
    rooms: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
  }),
  { maxLength: 80, size: "max" },
);

describe("a first room that is worth waiting for", () => {
  const firstAloneMs = 2000;

  test("is waited for alone, though another has a place", async () => {
    const [clock, first, other] = [new FakeClock(), full(1), new Room(1)];
    const asked = new Asked([first, other], clock, { firstAloneMs });
    clock.advance(1999);
    expect([first.waiting, other.taken, asked.settled]).toEqual([1, 0, 0]);
    first.giveBack();
    await asked.over;
    expect([asked.room === first, other.taken, clock.pending]).toEqual([true, 0, 0]);
  });

  test("until that was long enough: then a place elsewhere is taken", async () => {
    const [clock, first, other] = [new FakeClock(), full(1), new Room(1)];
    const asked = new Asked([first, other], clock, { firstAloneMs });
    clock.advance(2000);
    await asked.over;
    expect([asked.room === other, first.waiting, clock.pending]).toEqual([true, 0, 0]);
  });

  test("or, where there is none, waited for elsewhere too, without losing its place in the first line", async () => {
    const [clock, first, other] = [new FakeClock(), full(1), full(1)];
    const asked = new Asked([first, other], clock, { firstAloneMs });
    clock.advance(1000);
    const later = new Asked([first], clock);
    clock.advance(1000);
    expect([first.waiting, other.waiting]).toEqual([2, 1]);
    first.giveBack();
    await asked.over;
    expect([asked.room === first, later.settled, other.waiting]).toEqual([true, 0, 0]);
  });

  test("is no better than the others when its line is full", () => {
    const [clock, first, other] = [new FakeClock(), full(1), full(1)];
    const ahead = new Asked([first], clock);
    const asked = new Asked([first, other], clock, { firstAloneMs, maxLength: 1 });
    expect([ahead.settled, asked.settled, first.waiting, other.waiting]).toEqual([0, 0, 1, 1]);
  });

  test("may need the place in its line for somebody else: then the others are waited for at once", () => {
    const [clock, first, other] = [new FakeClock(), full(1), full(1)];
    for (let n = 0; n < 2; n += 1) new Asked([first, other], clock, { firstAloneMs });
    new Asked([first], clock, { key: "other", maxLength: 2 });
    expect([first.waiting, other.waiting]).toEqual([2, 1]);
  });

  test("counts into the longest wait there may be", async () => {
    const [clock, first, other] = [new FakeClock(), full(1), full(1)];
    const asked = new Asked([first, other], clock, { firstAloneMs, maxWaitMs: 5000 });
    clock.advance(5000);
    await asked.over;
    expect([asked.failure?.code, first.waiting, other.waiting, clock.pending]).toEqual(["line_timeout", 0, 0, 0]);
  });

  test("is left by a client that leaves", async () => {
    const [clock, first, other] = [new FakeClock(), full(1), full(1)];
    const asked = new Asked([first, other], clock, { firstAloneMs });
    asked.cancellation.cancel();
    await asked.over;
    expect([asked.failure?.kind, first.waiting, clock.pending]).toEqual(["cancelled", 0, 0]);
  });
});

describe("a room that is entered again while a request waits", () => {
  test("is looked for every second, and taken before a place elsewhere comes free", async () => {
    const [clock, open, back] = [new FakeClock(), full(1), new Room(1)];
    let isBack = false;
    const asked = new Asked([open], clock, { reopened: () => (isBack ? [back] : []) });
    clock.advance(3000);
    expect(asked.settled).toBe(0);
    isBack = true;
    clock.advance(1000);
    await asked.over;
    expect([asked.room === back, back.taken, open.waiting, clock.pending]).toEqual([true, 1, 0, 0]);
  });

  test("may be full, and then is looked for again", async () => {
    const [clock, open, back] = [new FakeClock(), full(1), full(1)];
    const asked = new Asked([open], clock, { reopened: () => [back] });
    clock.advance(2000);
    expect([asked.settled, back.waiting]).toEqual([0, 0]);
    back.giveBack();
    clock.advance(1000);
    await asked.over;
    expect(asked.room).toBe(back);
  });

  test("is not looked for any more by who has left, or has a place", async () => {
    const [clock, open] = [new FakeClock(), full(1)];
    const reopened = (): Room[] => [];
    const left = new Asked([open], clock, { reopened });
    const placed = new Asked([open], clock, { reopened });
    left.cancellation.cancel();
    open.giveBack();
    await Promise.all([left.over, placed.over]);
    expect([placed.room, clock.pending]).toEqual([open, 0]);
  });
});

test("whatever happens, every request is settled once, and no place is lost, doubled, or free while somebody waits for it", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const clock = new FakeClock();
      const rooms = [new Room(1), new Room(2), new Room(3)] as const;
      const all: Asked[] = [];
      const holding = (): Asked[] => all.filter(({ room }) => room !== undefined);
      const done = (asked: Asked | undefined): void => {
        const { room } = asked ?? {};
        if (asked !== undefined) asked.room = undefined;
        room?.giveBack();
      };
      for (const { does, pick, rooms: indexes } of script) {
        const chosen = indexes.map((index) => rooms[index] ?? rooms[0]);
        if (does === "ask") {
          all.push(
            new Asked(chosen, clock, { key: `key ${pick % 3}`, priority: pick % 2, maxLength: 4, maxWaitMs: 10_000 }),
          );
        }
        if (does === "done") done(holding()[pick % Math.max(1, holding().length)]);
        if (does === "leave") all[pick % Math.max(1, all.length)]?.cancellation.cancel();
        if (does === "time") clock.advance(pick);
        if (does === "turn") await settled();
        if (does === "resize") for (const room of chosen) room.capacity = 1 + (pick % 4);
        for (const room of rooms) expect(room.waiting === 0 || room.taken >= (room.capacity ?? Infinity)).toBe(true);
      }
      await settled();
      expect(rooms.map(({ taken }) => taken)).toEqual(
        rooms.map((room) => holding().filter((asked) => asked.room === room).length),
      );
      while (holding().length > 0 || rooms.some(({ waiting }) => waiting > 0)) {
        done(holding()[0]);
        await settled();
      }
      expect(all.every((asked) => asked.settled === 1)).toBe(true);
      expect(rooms.map(({ taken, waiting }) => [taken, waiting])).toEqual([
        [0, 0],
        [0, 0],
        [0, 0],
      ]);
      expect(clock.pending).toBe(0);
    }),
  );
});

/** Lets everything that is settled be heard. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
