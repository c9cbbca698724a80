import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../packages/millrace/src/conformance/fake-clock.ts";
import { type TestGateway, testGateway } from "../../packages/millrace/src/gateway/testing/test-gateway.ts";
import { listen, type Listener } from "../../packages/millrace/src/server/listener/listener.ts";
import { RawClient } from "../harness/raw-client.ts";

const BODY = '{"model":"nobody/m","messages":[{"role":"user","content":"hi"}]}';
const HEAD = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${BODY.length}\r\n\r\n`;

/** Counts how often it is asked the time: each piece of a body that arrives asks for it. */
class CountingClock extends FakeClock {
  asked = 0;

  override now(): number {
    this.asked += 1;
    return super.now();
  }
}

let clock: CountingClock;
let gateway: TestGateway;
let listener: Listener;
let client: RawClient;

beforeEach(async () => {
  clock = new CountingClock();
  gateway = testGateway(clock, []);
  listener = await listen(gateway.gateway, { host: "127.0.0.1", port: 0 }, clock);
  client = await RawClient.open(listener.url);
});
afterEach(async () => {
  client.close();
  await listener.close();
});

/** Lets the event loop turn until this holds: what was sent over loopback arrives within a few turns. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** Advances the clock, then shows that this ran out no timer of the body's. */
async function passUnharmed(ms: number): Promise<void> {
  clock.advance(ms);
  await turn();
  expect(gateway.gateway.inFlight).toBe(1);
}

test("a body that stops coming for 30 s is refused with 408, and the connection is closed", async () => {
  client.send(HEAD + BODY.slice(0, 10));
  await until(() => clock.pending === 1);
  await passUnharmed(29_999);
  clock.advance(1);
  const reply = await client.reply();
  expect(reply).toMatchObject({ status: 408, headers: { connection: "close" } });
  expect(reply.json()).toMatchObject({
    error: { code: "body_timeout", message: "The body stopped coming for 30 s. Send the request again." },
  });
  await client.end();
  expect(gateway.gateway.inFlight).toBe(0);
  expect(clock.pending).toBe(0);
});

test("a body that comes slowly is read to its end", async () => {
  client.send(HEAD);
  await until(() => clock.pending === 1);
  for (const letter of BODY.slice(0, -1)) {
    const before = clock.asked;
    client.send(letter);
    await until(() => clock.asked > before);
    await passUnharmed(20_000);
  }
  client.send(BODY.slice(-1));
  expect((await client.reply()).status).toBe(404);
  expect(clock.pending).toBe(0);
  expect(gateway.records).toMatchObject([{ requestBytes: BODY.length, failure: { kind: "model_not_found" } }]);
});

test("while one client is silent, others are served", async () => {
  client.send(HEAD);
  await until(() => clock.pending === 1);
  const other = await RawClient.open(listener.url);
  other.send(HEAD + BODY);
  expect((await other.reply()).status).toBe(404);
  other.close();
});
