import { describe, expect, test } from "vitest";
import { Outlet } from "./outlet.ts";
import { FakeClock } from "../conformance/fake-clock.ts";
import { RecordingClient } from "./testing/recording-client.ts";

const HEAD = { "content-type": "text/event-stream" };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function setUp(roomBytes = Infinity): { client: RecordingClient; clock: FakeClock; outlet: Outlet } {
  const client = new RecordingClient({ roomBytes });
  const clock = new FakeClock();
  return { client, clock, outlet: new Outlet(client.reply, clock) };
}

describe("keep-alive", () => {
  test("the first comment sends the head with status 200", () => {
    const { client, clock, outlet } = setUp();
    outlet.keepAlive(10_000, HEAD);
    clock.advance(9_999);
    expect(client.status).toBeUndefined();
    clock.advance(1);
    expect(client.status).toBe(200);
    expect(client.headers).toEqual(HEAD);
    expect(client.text).toBe(": keep-alive\n\n");
  });

  test("a comment follows whenever nothing went out for the whole time, and not sooner", () => {
    const { client, clock, outlet } = setUp();
    outlet.keepAlive(10_000, HEAD);
    clock.advance(6_000);
    outlet.head(200, HEAD);
    outlet.write(bytes("data: 1\n\n"));
    clock.advance(9_999);
    expect(client.text).toBe("data: 1\n\n");
    clock.advance(1);
    expect(client.text).toBe("data: 1\n\n: keep-alive\n\n");
    clock.advance(10_000);
    expect(client.text).toBe("data: 1\n\n: keep-alive\n\n: keep-alive\n\n");
  });

  test("a head that was sent by a comment is not sent again", () => {
    const { client, clock, outlet } = setUp();
    outlet.keepAlive(10_000, HEAD);
    clock.advance(10_000);
    outlet.head(200, { other: "1" });
    expect(client.heads).toBe(1);
    expect(client.headers).toEqual(HEAD);
  });

  test("a client that does not read gets no comments on top", async () => {
    const { client, clock, outlet } = setUp(4);
    outlet.keepAlive(10_000, HEAD);
    outlet.head(200, HEAD);
    expect(outlet.write(bytes("data: 1\n\n"))).toBe(false);
    clock.advance(100_000);
    expect(client.text).toBe("data: 1\n\n");
    client.read();
    await outlet.drained();
    clock.advance(10_000);
    expect(client.text).toBe("data: 1\n\n: keep-alive\n\n");
  });

  test("0 switches it off", () => {
    const { client, clock, outlet } = setUp();
    outlet.keepAlive(0, HEAD);
    clock.advance(1_000_000);
    expect(client.status).toBeUndefined();
  });

  test.each([
    ["end", (outlet: Outlet) => outlet.end()],
    ["close", (outlet: Outlet) => outlet.close()],
  ])("after %s no timer is left", (_, stop) => {
    const { client, clock, outlet } = setUp();
    outlet.keepAlive(10_000, HEAD);
    stop(outlet);
    expect(clock.pending).toBe(0);
    clock.advance(100_000);
    expect(client.text).toBe("");
  });
});

test("counts status and bytes, comments included", () => {
  const { clock, outlet } = setUp();
  expect(outlet.status).toBeUndefined();
  outlet.keepAlive(10_000, HEAD);
  clock.advance(10_000);
  outlet.write(bytes("äb"));
  outlet.end(bytes("c"));
  expect(outlet.status).toBe(200);
  expect(outlet.bytes).toBe(": keep-alive\n\n".length + 3 + 1);
});

describe("who waits for the closing", () => {
  test("hears of it before the reply's last byte, and once", () => {
    const { client, outlet } = setUp();
    const heard: (number | string)[] = [];
    outlet.beforeClosing(() => heard.push(client.ends, client.text));
    outlet.head(200, HEAD);
    outlet.write(bytes("a"));
    expect(heard).toEqual([]);
    outlet.end(bytes("b"));
    outlet.close();
    expect(heard).toEqual([0, "a"]);
    expect(client.text).toBe("ab");
  });

  test("hears of it when there is no last byte", () => {
    const { client, outlet } = setUp();
    let heard = 0;
    outlet.beforeClosing(() => (heard += 1));
    client.leave();
    outlet.close();
    outlet.close();
    expect(heard).toBe(1);
  });
});

test("ends the reply once", () => {
  const { client, outlet } = setUp();
  outlet.end();
  outlet.end();
  expect(client.ends).toBe(1);
});
