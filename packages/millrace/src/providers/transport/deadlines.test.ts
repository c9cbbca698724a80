import { beforeEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { TimeoutPhase } from "../../model/failure.ts";
import { Deadlines } from "./deadlines.ts";

const TIMEOUTS = { connect: 10, firstByte: 100, firstContent: 200, idle: 50 };

describe("the four clocks of a call", () => {
  let clock: FakeClock;
  let expired: [TimeoutPhase, number][];
  let deadlines: Deadlines;

  beforeEach(() => {
    clock = new FakeClock();
    expired = [];
    deadlines = new Deadlines(clock, TIMEOUTS, (phase, limitMs) => {
      expired.push([phase, limitMs]);
      deadlines.stop();
    });
    deadlines.connecting();
  });

  test("connect: until the request goes out", () => {
    clock.advance(10);
    expect(expired).toEqual([["connect", 10]]);
  });

  test("first byte: from sending until the headers", () => {
    deadlines.sent();
    clock.advance(99);
    expect(expired).toEqual([]);
    clock.advance(1);
    expect(expired).toEqual([["first_byte", 100]]);
  });

  test("first content: bytes that are no content do not stop it", () => {
    deadlines.sent();
    deadlines.headersReceived();
    for (let ms = 0; ms < 200; ms += 40) {
      clock.advance(40);
      deadlines.byteReceived();
    }
    expect(expired).toEqual([["first_content", 200]]);
  });

  test("idle: every byte starts it anew, however many come", () => {
    deadlines.sent();
    deadlines.headersReceived();
    deadlines.contentSeen();
    for (let i = 0; i < 100; i += 1) {
      clock.advance(49);
      deadlines.byteReceived();
    }
    expect(expired).toEqual([]);
    clock.advance(50);
    expect(expired).toEqual([["idle", 50]]);
  });

  test("idle: silence behind the headers, before the first byte of the body, is not its business", () => {
    deadlines.sent();
    deadlines.headersReceived();
    clock.advance(199);
    expect(expired).toEqual([]);
    deadlines.byteReceived();
    deadlines.contentSeen();
    clock.advance(49);
    expect(expired).toEqual([]);
    clock.advance(1);
    expect(expired).toEqual([["idle", 50]]);
  });

  test("silence of our own making is not the server's: a paused reply is not idle", () => {
    deadlines.sent();
    deadlines.headersReceived();
    deadlines.contentSeen();
    deadlines.pause();
    clock.advance(1000);
    deadlines.resume();
    clock.advance(49);
    expect(expired).toEqual([]);
    clock.advance(1);
    expect(expired).toEqual([["idle", 50]]);
  });

  test("0 is no limit, and nothing is left on the clock after the end", () => {
    const unlimited = new Deadlines(clock, { connect: 0, firstByte: 0, firstContent: 0, idle: 0 }, () =>
      expired.push(["idle", 0]),
    );
    deadlines.stop();
    unlimited.connecting();
    unlimited.sent();
    unlimited.headersReceived();
    clock.advance(1e9);
    expect(expired).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
