import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { Room, type PlaceInLine, type Waiter } from "./room.ts";

class Guest implements Waiter {
  readonly priority = 0;
  readonly maxLength: number = 3;
  readonly key: string;
  readonly clock: FakeClock;
  has: "place" | "nothing" | "given way" = "nothing";

  constructor(key: string, clock: FakeClock) {
    this.key = key;
    this.clock = clock;
  }

  getsPlace(): void {
    this.has = "place";
  }

  gaveWay(): void {
    this.has = "given way";
  }
}

function fullRoom(capacity: number, ...keys: readonly string[]) {
  const clock = new FakeClock();
  const room = new Room(capacity);
  while (room.tryTake());
  const guests = keys.map((key) => new Guest(key, clock));
  const places = guests.map((guest) => room.join(guest));
  return { clock, room, guests, places, has: () => guests.map((guest) => guest.has) };
}

describe("places", () => {
  test("are as many as there are", () => {
    const room = new Room(2);
    expect([room.tryTake(), room.tryTake(), room.tryTake()]).toEqual([true, true, false]);
    room.giveBack();
    expect([room.taken, room.tryTake(), room.tryTake()]).toEqual([1, true, false]);
  });

  test("have no bound where nobody knows one, and are counted", () => {
    const room = new Room(undefined);
    for (let each = 0; each < 1000; each += 1) expect(room.tryTake()).toBe(true);
    expect(room.taken).toBe(1000);
  });

  test("of which one comes free go to the next in line", () => {
    const { room, has } = fullRoom(1, "a", "b");
    room.giveBack();
    expect([has(), room.taken, room.waiting]).toEqual([["place", "nothing"], 1, 1]);
  });
});

describe("when the number of places changes", () => {
  test.each<[string, number | undefined, string[]]>([
    ["more of them go to those who wait", 2, ["place", "nothing", "nothing"]],
    ["all can have one where there is no bound any more", undefined, ["place", "place", "place"]],
    ["fewer of them take nobody's away", 0, ["nothing", "nothing", "nothing"]],
  ])("%s", (_fact, capacity, expected) => {
    const { room, has } = fullRoom(1, "a", "b", "c");
    room.capacity = capacity;
    expect(has()).toEqual(expected);
  });

  test("those that are too many are not handed on", () => {
    const { room, has } = fullRoom(3, "a");
    room.capacity = 2;
    room.giveBack();
    expect(has()).toEqual(["nothing"]);
    room.giveBack();
    expect([has(), room.taken]).toEqual([["place"], 2]);
  });
});

describe("the line", () => {
  test("is not passed by whoever comes just as a place would be free", () => {
    const { room } = fullRoom(1, "a", "b");
    room.giveBack();
    expect(room.tryTake()).toBe(false);
  });

  test("is left without a trace, and twice is as good as once", () => {
    const { room, places, has } = fullRoom(1, "a", "b");
    for (const place of places.slice(0, 1) as PlaceInLine[]) {
      room.leave(place);
      room.leave(place);
    }
    expect(room.waiting).toBe(1);
    room.giveBack();
    expect(has()).toEqual(["nothing", "place"]);
  });

  test("has a bound", () => {
    const { room, clock, places } = fullRoom(1, "a", "b", "c", "d");
    expect(places.map((place) => place !== undefined)).toEqual([true, true, true, false]);
    expect([room.joinInstead(new Guest("d", clock)), room.waiting]).toEqual([undefined, 3]);
  });

  test("that is full has room for a key that has less in it than another", () => {
    const { room, clock, has } = fullRoom(1, "a", "a", "a");
    expect(room.joinInstead(new Guest("b", clock))).toBeDefined();
    expect([has(), room.waiting]).toEqual([["nothing", "nothing", "given way"], 3]);
  });

  test("that has become longer than it may be takes nobody instead", () => {
    const { room, clock, has } = fullRoom(1, "a", "a", "a");
    const guest = new (class extends Guest {
      override readonly maxLength = 2;
    })("b", clock);
    expect(room.joinInstead(guest)).toBeUndefined();
    expect(has()).toEqual(["nothing", "nothing", "nothing"]);
  });
});

describe("how long it takes until a place comes free", () => {
  test("is told by how places came free lately, for each who is ahead", () => {
    const { room, clock } = fullRoom(1, "a", "b", "c");
    for (const _served of ["a", "b"]) {
      clock.advance(2000);
      room.giveBack();
    }
    expect(room.expectedWaitMs(0, clock.now())).toBe(2000);
    expect(room.expectedWaitMs(3, clock.now())).toBe(8000);
  });

  test("follows a server that becomes slower or quicker", () => {
    const { room, clock } = fullRoom(1, "a", "b", "c");
    clock.advance(2000);
    room.giveBack();
    clock.advance(1000);
    room.giveBack();
    expect(room.expectedWaitMs(0, clock.now())).toBe(1800);
  });

  test("does not count places that are too many", () => {
    const { room, clock } = fullRoom(3, "a", "b");
    room.capacity = 1;
    for (let each = 0; each < 3; each += 1) {
      clock.advance(1000);
      room.giveBack();
    }
    expect([room.expectedWaitMs(0, clock.now()), room.waiting]).toEqual([3000, 1]);
  });

  test("is at least as long as nothing has come free", () => {
    const { room, clock } = fullRoom(1, "a");
    clock.advance(7000);
    expect(room.expectedWaitMs(1, clock.now())).toBe(14_000);
  });

  test("is not known to be long by places that came free while nobody waited", () => {
    const { room, clock, guests } = fullRoom(1, "a");
    clock.advance(1000);
    room.giveBack();
    clock.advance(60_000);
    for (const guest of guests) room.join(guest);
    expect(room.expectedWaitMs(0, clock.now())).toBe(1000);
  });
});
