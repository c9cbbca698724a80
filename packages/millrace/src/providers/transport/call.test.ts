import { beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { Call, type Carrier } from "./call.ts";

const TIMEOUTS = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };

let heard: string[];
let carrier: Carrier;
let call: Call;

beforeEach(() => {
  heard = [];
  carrier = {
    pause: () => void heard.push("pause"),
    resume: () => void heard.push("resume"),
    abandon: () => void heard.push("abandon"),
  };
  call = new Call({ clock: new FakeClock(), timeouts: TIMEOUTS, host: "x", signal: undefined });
  call.start(() => call.carriedBy(carrier));
});

test("a reader who stops holds the carrier back, and lets it go on", async () => {
  call.answered(200, {});
  for (let n = 0; n < 5; n += 1) call.received(new Uint8Array(64 * 1024));
  expect(heard).toEqual(["pause"]);
  const { body } = await call.reply;
  const chunks = body[Symbol.asyncIterator]();
  for (let n = 0; n < 4; n += 1) await chunks.next();
  expect(heard).toEqual(["pause", "resume"]);
});

test("a call that is complete leaves its carrier alone, which may carry another", async () => {
  call.answered(200, {});
  for (let n = 0; n < 5; n += 1) call.received(new Uint8Array(64 * 1024));
  call.completed();
  const { body } = await call.reply;
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  body.destroy();
  expect(bytes).toBe(5 * 64 * 1024);
  expect(heard).toEqual(["pause"]);
});

test("a call that fails ends its carrier once, whatever follows", async () => {
  call.destroy();
  await expect(call.reply).rejects.toMatchObject({ kind: "cancelled" });
  call.broke(new Error("gone"), true);
  call.answered(200, {});
  call.completed();
  expect(heard).toEqual(["abandon"]);
  expect(call.metStaleConnection).toBe(false);
});
