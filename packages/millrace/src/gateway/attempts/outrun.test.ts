import { describe, expect, test } from "vitest";
import { fin, text as delta } from "../../conformance/cases/replies.ts";
import { DONE_EVENT } from "../../conformance/scripted-upstream/reply-bytes.ts";
import type { CallScript } from "../testing/scripted-provider.ts";
import { NEVER } from "../testing/scripted-stream.ts";
import { answer, FAILED, HeldCall, streamed } from "./testing/calls.ts";
import { attemptsOf, settled } from "./testing/fast-gateway.ts";
import { expectNothingLeft, hedged, SLOW_MS } from "./testing/hedged.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("of two that are asked", () => {
  test.each([
    ["first", "second"],
    ["second", "first"],
  ])("the %s answers when it is quicker, and the other is called off", async (winner, loser) => {
    const calls = { first: new HeldCall(), second: new HeldCall() };
    const setup = await hedged({ first: [calls.first.script], second: [calls.second.script] });
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await settled();
    calls[winner as "first"].answer(answer(winner));
    await done;
    expect(client.json).toEqual({ from: winner });
    expect(client.headers).toMatchObject({ "x-millrace-target": `${winner}/m`, "x-millrace-attempts": "2" });
    expect(calls[loser as "first"].isCalledOff).toBe(true);
    expect(calls[winner as "first"].isCalledOff).toBe(false);
    expect(attemptsOf(setup.records.at(-1)).sort()).toEqual([`${loser} cancelled outrun`, `${winner} answered`].sort());
    expect(setup.records.at(-1)).toMatchObject({ outcome: "completed", target: `${winner}/m` });
    await expectNothingLeft(setup);
  });

  test("the loser's stream is stopped, though it has not begun", async () => {
    const { reply, stream } = streamed([NEVER]);
    const two = new HeldCall();
    const setup = await hedged({ first: [async () => reply], second: [two.script] });
    const { client, done } = await setup.begin({ stream: true });
    setup.clock.advance(SLOW_MS);
    await settled();
    expect(stream.over).toBe(false);
    two.answer(streamed([bytes(delta("quick")), bytes(fin()), bytes(DONE_EVENT)]).reply);
    await done;
    expect(stream.over).toBe(true);
    expect(client.text).toContain("quick");
    await expectNothingLeft(setup);
  });

  test("one is stopped when both have content in the same moment", async () => {
    const calls = { first: new HeldCall(), second: new HeldCall() };
    const full = (word: string) => streamed([bytes(delta(word)), NEVER]);
    const [one, two] = [full("one"), full("two")];
    const setup = await hedged({ first: [calls.first.script], second: [calls.second.script] });
    const { client, done } = await setup.begin({ stream: true });
    setup.clock.advance(SLOW_MS);
    await settled();
    calls.first.answer(one.reply);
    calls.second.answer(two.reply);
    await client.until(() => client.text.includes("one"));
    await settled();
    expect([one.stream.over, two.stream.over]).toEqual([false, true]);
    expect(client.text).not.toContain("two");
    client.leave();
    await done;
    expect(attemptsOf(setup.records.at(-1))).toEqual(["first cancelled client_closed", "second cancelled outrun"]);
    await expectNothingLeft(setup);
  });

  test("what the loser still says is not taken for the answer", async () => {
    const usage = (promptTokens: number) => ({ promptTokens, completionTokens: 1, raw: {} });
    const withUsage = (promptTokens: number) => {
      const reply = answer();
      return { ...reply, body: { ...reply.body, usage: usage(promptTokens) } } as typeof reply;
    };
    let say = (_reply: ReturnType<typeof answer>): void => undefined;
    const deaf: CallScript = () => new Promise((resolve) => (say = resolve));
    const { reply, stream } = streamed([bytes(delta("a")), NEVER]);
    const setup = await hedged({ first: [deaf], second: [async () => reply] });
    const { client, done } = await setup.begin({ stream: true });
    setup.clock.advance(SLOW_MS);
    await client.until(() => client.text !== "");
    say(withUsage(7));
    await settled();
    client.leave();
    await done;
    expect(stream.over).toBe(true);
    expect(setup.records.at(-1)?.usage).toBeUndefined();
  });

  test("the other answers when one fails, whichever it is", async () => {
    for (const failing of ["first", "second"] as const) {
      const calls = { first: new HeldCall(), second: new HeldCall() };
      const other = failing === "first" ? "second" : "first";
      const setup = await hedged({ first: [calls.first.script], second: [calls.second.script] });
      const { client, done } = await setup.begin();
      setup.clock.advance(SLOW_MS);
      await settled();
      calls[failing].fail(FAILED.server);
      await settled();
      expect(client.ended).toBe(false);
      calls[other].answer(answer(other));
      await done;
      expect(client.json).toEqual({ from: other });
      expect(attemptsOf(setup.records.at(-1)).sort()).toEqual([`${failing} failed server`, `${other} answered`].sort());
    }
  });

  test("both may fail: the next is asked then", async () => {
    const [one, two] = [new HeldCall(), new HeldCall()];
    const setup = await hedged({ first: [one.script], second: [two.script], third: [answer("third")] });
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await settled();
    two.fail(FAILED.server);
    one.fail(FAILED.absent);
    await done;
    expect(client.json).toEqual({ from: "third" });
    expect(attemptsOf(setup.records.at(-1))).toEqual([
      "first failed connection",
      "second failed server",
      "third answered",
    ]);
    await expectNothingLeft(setup);
  });

  test("both may fail: the client sees the more useful failure when nobody is left", async () => {
    const [one, two] = [new HeldCall(), new HeldCall()];
    const setup = await hedged({ first: [one.script], second: [two.script], third: [FAILED.server] });
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await settled();
    one.fail({ ...FAILED.rateLimit, retryAfterMs: 4_000 });
    two.fail(FAILED.absent);
    await done;
    expect(client.status).toBe(429);
    expect(client.headers).toMatchObject({ "retry-after": "4", "x-millrace-target": "first/m" });
  });

  test("the other is called off when one says that the request is wrong", async () => {
    const [one, two] = [new HeldCall(), new HeldCall()];
    const setup = await hedged({ first: [one.script], second: [two.script] });
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await settled();
    two.fail(FAILED.wrong);
    await done;
    expect(client.status).toBe(400);
    expect(one.isCalledOff).toBe(true);
    expect(attemptsOf(setup.records.at(-1))).toEqual(["first cancelled outrun", "second failed bad_request"]);
    expect(setup.third.forwarded).toHaveLength(0);
    await expectNothingLeft(setup);
  });

  test("both are stopped when the client leaves, and that is what the record says", async () => {
    const [one, two] = [new HeldCall(), new HeldCall()];
    const setup = await hedged({ first: [one.script], second: [two.script] });
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await settled();
    client.leave();
    await done;
    expect([one.isCalledOff, two.isCalledOff]).toEqual([true, true]);
    expect(attemptsOf(setup.records.at(-1))).toEqual([
      "first cancelled client_closed",
      "second cancelled client_closed",
    ]);
    expect(setup.third.forwarded).toHaveLength(0);
    await expectNothingLeft(setup);
  });

  test("both are stopped by a defect of ours, which is held against neither", async () => {
    const two = new HeldCall();
    let breakIt = (_error: Error): void => undefined;
    const setup = await hedged({
      first: [() => new Promise((_, reject) => (breakIt = reject))],
      second: [two.script],
    });
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await settled();
    breakIt(new TypeError("defect"));
    await done;
    expect(client.status).toBe(500);
    expect(two.isCalledOff).toBe(true);
    await expectNothingLeft(setup);
  });
});
