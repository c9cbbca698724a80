import { describe, expect, test } from "vitest";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { Observation, StreamObserver } from "../../model/observation.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { NEVER, ScriptedStream } from "../testing/scripted-stream.ts";
import type { StreamStep } from "../testing/scripted-stream.ts";
import { ByteRelay } from "./byte-relay.ts";

/**
 * An observer for single letters: `c` content, `u` usage, `e` an error event, `.` the end, `-` an event the
 * client did not ask for; any other letter passes and means nothing.
 */
class LetterObserver implements StreamObserver {
  seen: Observation = { content: false, ended: false };

  push(bytes: Uint8Array): Uint8Array {
    let out = "";
    for (const letter of new TextDecoder().decode(bytes)) {
      if (this.seen.ended || this.seen.failure !== undefined) break;
      if (letter === "c") this.seen = { ...this.seen, content: true };
      if (letter === "u") this.seen = { ...this.seen, usage: { promptTokens: 3, raw: {} } };
      if (letter === ".") this.seen = { ...this.seen, ended: true };
      if (letter === "e") this.seen = { ...this.seen, failure: failureOf("server", "error event") };
      else if (letter !== "-") out += letter;
    }
    return new TextEncoder().encode(out);
  }

  end(): Uint8Array {
    if (!this.seen.ended && this.seen.failure === undefined) {
      this.seen = { ...this.seen, failure: failureOf("truncated", "cut") };
    }
    return new Uint8Array();
  }
}

type Step = string | Error | Promise<unknown>;

function relayOf(...steps: Step[]): { relay: ByteRelay; stream: ScriptedStream<Uint8Array> } {
  const asBytes = (step: Step): StreamStep<Uint8Array> =>
    typeof step === "string" ? new TextEncoder().encode(step) : step;
  const stream = new ScriptedStream<Uint8Array>(steps.map(asBytes));
  return { relay: new ByteRelay(stream, new LetterObserver(), "text/event-stream"), stream };
}

async function rest(relay: ByteRelay): Promise<string[]> {
  const pieces: string[] = [];
  for (;;) {
    const piece = await relay.next();
    if (piece === undefined) return pieces;
    if (piece.length > 0) pieces.push(new TextDecoder().decode(piece));
  }
}

const failed = (message: string, partial?: boolean): unknown =>
  expect.objectContaining({
    failure: expect.objectContaining({ message, ...(partial === undefined ? {} : { partial }) }),
  });
const reset = (): ProviderError => providerError(failureOf("connection", "reset"));

describe("up to the first content", () => {
  test("pieces are held back and then come as one", async () => {
    const { relay, stream } = relayOf("a", "b", "xcy", "z", ".");
    await relay.prime(1000);
    expect(stream.asked).toBe(3);
    expect(await rest(relay)).toEqual(["abxcy", "z", "."]);
  });

  test("an error event is thrown", async () => {
    await expect(relayOf("a", "e").relay.prime(1000)).rejects.toThrow(failed("error event"));
  });

  test("an end without any is thrown", async () => {
    await expect(relayOf("a").relay.prime(1000)).rejects.toThrow(failed("cut"));
  });

  test("a broken connection is thrown as what it was", async () => {
    await expect(relayOf("a", reset()).relay.prime(1000)).rejects.toThrow(failed("reset"));
  });

  test("a proper end without content is an answer", async () => {
    const { relay } = relayOf("a", ".");
    await relay.prime(1000);
    expect(await rest(relay)).toEqual(["a."]);
  });

  test("no more is held than allowed, by one piece at most", async () => {
    const { relay, stream } = relayOf("aaaa", "bbbb", "dddd", "c", ".");
    await relay.prime(6);
    expect(stream.asked).toBe(2);
    expect(await rest(relay)).toEqual(["aaaabbbb", "dddd", "c", "."]);
  });
});

describe("after content", () => {
  test("an error event in the same piece comes after what was before it", async () => {
    const { relay } = relayOf("ace");
    await relay.prime(1000);
    expect(new TextDecoder().decode(await relay.next())).toBe("ac");
    await expect(relay.next()).rejects.toThrow(failed("error event", true));
  });

  test.each<[string, Step[], string]>([
    ["an error event", ["c", "e"], "error event"],
    ["an end without a sign", ["c"], "cut"],
    ["a broken connection", ["c", reset()], "reset"],
  ])("%s is a failure with a partial answer", async (_, steps, message) => {
    const { relay } = relayOf(...steps);
    await relay.prime(1000);
    await expect(rest(relay)).rejects.toThrow(failed(message, true));
  });

  test("usage that was seen before a failure stays known", async () => {
    const { relay } = relayOf("cu", reset());
    await relay.prime(1000);
    await expect(rest(relay)).rejects.toThrow(ProviderError);
    expect(relay.seen.usage?.promptTokens).toBe(3);
  });

  test("what is held back by the observer is an empty piece, not an end", async () => {
    const { relay } = relayOf("c", "-", "x.");
    await relay.prime(1000);
    expect(await rest(relay)).toEqual(["c", "x."]);
  });

  test("nothing is read ahead of who asks", async () => {
    const { relay, stream } = relayOf("c", "x", "y", ".");
    await relay.prime(1000);
    await relay.next();
    expect(stream.asked).toBe(1);
    await relay.next();
    expect(stream.asked).toBe(2);
  });

  test("a defect is not disguised as a failure of the upstream", async () => {
    const { relay } = relayOf("c", new TypeError("defect"));
    await relay.prime(1000);
    await expect(rest(relay)).rejects.toThrow(TypeError);
  });
});

describe("after the end", () => {
  test("a connection that breaks has broken nothing", async () => {
    const { relay } = relayOf("c.", reset());
    await relay.prime(1000);
    expect(await rest(relay)).toEqual(["c."]);
    await relay.release(new FakeClock());
  });

  test("a reply that closes by itself keeps its connection", async () => {
    const { relay, stream } = relayOf("c.", "x");
    await relay.prime(1000);
    await rest(relay);
    await relay.release(new FakeClock());
    expect(stream.returned).toBe(false);
  });

  test("a reply that stays open loses its connection after a moment", async () => {
    const clock = new FakeClock();
    const { relay, stream } = relayOf("c.", NEVER);
    await relay.prime(1000);
    await rest(relay);
    const released = relay.release(clock);
    expect(stream.returned).toBe(false);
    clock.advance(250);
    await released;
    expect(stream.returned).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("a reply that goes on without end loses its connection after a few pieces", async () => {
    const { relay, stream } = relayOf("c.", ...Array.from({ length: 100 }, () => "x"));
    await relay.prime(1000);
    await rest(relay);
    await relay.release(new FakeClock());
    expect(stream.returned).toBe(true);
    expect(stream.asked).toBeLessThan(20);
  });
});

describe("stopping", () => {
  test("ends the upstream while a piece is awaited", async () => {
    const { relay, stream } = relayOf("c", NEVER);
    await relay.prime(1000);
    const pieces = rest(relay);
    relay.handleEvent();
    expect(stream.returned).toBe(true);
    await expect(pieces).rejects.toThrow(failed("cut"));
  });

  test("twice, or after the end, is fine", async () => {
    const { relay, stream } = relayOf("c.");
    await relay.prime(1000);
    await rest(relay);
    await relay.release(new FakeClock());
    relay.stop();
    relay.stop();
    expect(stream.returned).toBe(false);
  });
});
