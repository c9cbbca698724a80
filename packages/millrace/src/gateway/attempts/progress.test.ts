import { expect, test } from "vitest";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { answer, FAILED, HeldCall } from "./testing/calls.ts";
import { fastGateway, pass, settled } from "./testing/fast-gateway.ts";

const KEEP_ALIVE_MS = 10_000;

const commentsIn = (text: string): string[] => text.split("\n\n").filter((line) => line !== "");

test("a stream that waits in line is told how many are ahead, and for how long it has waited", async () => {
  const held = [new HeldCall(), new HeldCall(), new HeldCall()];
  const desk = new ScriptedProvider("desk", { calls: held.map(({ script }) => script) });
  const { begin, clock } = fastGateway([desk], ["desk/m"], {
    keepAliveMs: KEEP_ALIVE_MS,
    slots: new Map([["desk", 1]]),
  });
  const first = await begin();
  const second = await begin();
  const waiting = await begin({ stream: true });
  await pass(clock, KEEP_ALIVE_MS);
  expect(commentsIn(waiting.client.text)).toEqual([": waiting for a place, 1 ahead, 10 s"]);
  held[0]?.answer();
  await pass(clock, KEEP_ALIVE_MS);
  expect(commentsIn(waiting.client.text).at(-1)).toBe(": waiting for a place, 0 ahead, 20 s");
  held[1]?.answer();
  await pass(clock, KEEP_ALIVE_MS);
  expect(desk.forwarded).toHaveLength(3);
  expect(commentsIn(waiting.client.text).at(-1)).toBe(": keep-alive");
  waiting.client.leave();
  await Promise.all([first.done, second.done, waiting.done]);
});

test("a stream that waits for a server to load is told which, and for how long it has waited", async () => {
  const desk = new ScriptedProvider("desk", { calls: [FAILED.loading, new HeldCall().script] });
  let start = (_ready: boolean): void => undefined;
  desk.untilReady = () => new Promise((resolve) => (start = resolve));
  const { begin, clock } = fastGateway([desk], ["desk/m"], {
    keepAliveMs: KEEP_ALIVE_MS,
    startWait: { loadingMs: 60_000, absentMs: 0 },
  });
  const { client, done } = await begin({ stream: true });
  await pass(clock, 2 * KEEP_ALIVE_MS);
  expect(commentsIn(client.text)).toEqual([": waiting for desk/m to load, 10 s", ": waiting for desk/m to load, 20 s"]);
  start(true);
  await pass(clock, KEEP_ALIVE_MS);
  expect(commentsIn(client.text).at(-1)).toBe(": keep-alive");
  client.leave();
  await done;
});

test("one reply is told nothing before it comes: its status is still open", async () => {
  const busy = new HeldCall();
  const desk = new ScriptedProvider("desk", { calls: [busy.script, answer()] });
  const { begin, clock } = fastGateway([desk], ["desk/m"], {
    keepAliveMs: KEEP_ALIVE_MS,
    slots: new Map([["desk", 1]]),
  });
  const first = await begin();
  const { client, done } = await begin();
  await pass(clock, 3 * KEEP_ALIVE_MS);
  expect(client.heads).toBe(0);
  busy.answer();
  await settled();
  await Promise.all([first.done, done]);
  expect(client.status).toBe(200);
});
