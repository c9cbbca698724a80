import { afterEach, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { chunk as httpChunk, streamHead } from "../../conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { Transport } from "../transport/transport.ts";
import { createHttpTransport } from "../transport/http-transport.ts";
import { Asker } from "./asker.ts";
import { chatQuestion } from "./question.ts";
import { serverAddress } from "./server-address.ts";
import { chunk, events } from "./testing/wire.ts";

let upstream: ScriptedUpstream;
let transport: Transport;
afterEach(async () => {
  await transport.close();
  await upstream.close();
});

async function askerOf(script: Script, clock: FakeClock): Promise<Asker> {
  upstream = await createScriptedUpstream(script);
  transport = createHttpTransport({ clock });
  return new Asker({ transport, clock, address: serverAddress(upstream.url), credential: {}, secrets: [] });
}

test("a stream is left after so many chunks with content, whatever is still to come", async () => {
  const texts = [chunk({ role: "assistant", content: "" }), chunk({ content: "1" }), chunk({ content: "2" })];
  const asker = await askerOf(async (exchange) => {
    await exchange.send(streamHead());
    // And then nothing more, without an end.
    for (const text of texts) await exchange.send(httpChunk(events([text], "")));
  }, new FakeClock());
  const reply = await asker.ask({ ...chatQuestion({ messages: [], stream: true }), leaveAfter: 2 });
  expect(reply).toMatchObject({ status: 200, left: true, failure: undefined });
  await (
    await upstream.exchange(0)
  ).closed;
  expect(asker.spending).toMatchObject({ requests: 1, untold: 1 });
});

test("a reply that goes on and on is given up in time, with what came of it", async () => {
  const clock = new FakeClock();
  const asker = await askerOf(async (exchange) => {
    await exchange.send(streamHead());
    await exchange.send(httpChunk("x"));
    // Each byte comes before the silence is too long, so that only the limit on the whole can end it.
    while (!exchange.isClosed) {
      clock.advance(1000);
      await exchange.send(httpChunk("x"));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }, clock);
  const reply = await asker.ask({ method: "GET", path: "/models", from: "base" });
  expect(reply.failure).toMatchObject({ kind: "timeout" });
  expect(reply.failure?.message).toContain("did not come to the end of a reply within 10 s");
});
