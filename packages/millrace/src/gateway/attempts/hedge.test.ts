import { describe, expect, test } from "vitest";
import { modelInfo } from "../testing/scripted-provider.ts";
import { answer, HeldCall } from "./testing/calls.ts";
import { settled } from "./testing/fast-gateway.ts";
import { ENOUGH, expectNothingLeft, hedged, SLOW_MS, USUAL_MS } from "./testing/hedged.ts";

describe("a second target is asked", () => {
  test("when the first is slower than it nearly always is, and not before", async () => {
    const [one, two] = [new HeldCall(), new HeldCall()];
    const setup = await hedged({ first: [one.script], second: [two.script] });
    const { done } = await setup.begin();
    setup.clock.advance(USUAL_MS * 0.9);
    await settled();
    expect(setup.second.forwarded).toHaveLength(0);
    setup.clock.advance(SLOW_MS);
    await settled();
    expect(setup.second.forwarded).toHaveLength(1);
    one.answer(answer("first"));
    await done;
  });

  test("not at all when the first is quick enough, and nothing is left of the thought", async () => {
    const one = new HeldCall();
    const setup = await hedged({ first: [one.script] });
    const { done } = await setup.begin();
    one.answer(answer("first"));
    await done;
    expect(setup.second.forwarded).toHaveLength(0);
    await expectNothingLeft(setup);
  });

  test.each<[string, Parameters<typeof hedged>[1]]>([
    ["unless the route says so", { hedge: false }],
    ["while too few answers tell how long the first takes", { answers: ENOUGH - 1 }],
    ["beyond the calls that a request may cost", { maxAttempts: 1 }],
  ])("never %s", async (_, options) => {
    const one = new HeldCall();
    const setup = await hedged({ first: [one.script] }, options);
    const { client, done } = await setup.begin();
    setup.clock.advance(100 * SLOW_MS);
    await settled();
    one.answer(answer("first"));
    await done;
    expect(client.json).toEqual({ from: "first" });
    expect(setup.second.forwarded).toHaveLength(0);
  });

  test("only where it has a place at once: nobody waits in line for it", async () => {
    const [one, busy] = [new HeldCall(), new HeldCall()];
    const setup = await hedged(
      { first: [one.script], second: [busy.script] },
      { slots: new Map([["second", 1]]), maxAttempts: 2 },
    );
    const other = await setup.begin({ model: "second/m" });
    setup.third.calls = [answer("third")];
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await done;
    expect(client.headers["x-millrace-target"]).toBe("third/m");
    busy.answer();
    await other.done;
  });

  test.each([
    ["not where that would make it load the model", false, "third"],
    ["also where that makes it load the model, when the configuration says so", true, "second"],
  ])("%s", async (_, loadElsewhere, expected) => {
    const one = new HeldCall();
    const setup = await hedged(
      { first: [one.script], second: [answer("second")], third: [answer("third")] },
      { loadElsewhere },
    );
    setup.second.models = async () => [modelInfo("second", "m", { state: "unloaded" })];
    await setup.gateway.catalog.refresh();
    const { client, done } = await setup.begin();
    setup.clock.advance(SLOW_MS);
    await done;
    expect(client.json).toEqual({ from: expected });
  });
});

test("a first one that is slow and then called off is known to be slow", async () => {
  const one = new HeldCall();
  const setup = await hedged({ first: [one.script], second: [answer("second")] });
  const stateOf = async () => (await setup.explained()).candidates.find(({ target }) => target === "first/m");
  const before = await stateOf();
  const { done } = await setup.begin();
  setup.clock.advance(50 * SLOW_MS);
  await done;
  const after = await stateOf();
  expect(before).toMatchObject({ first_content_ms: USUAL_MS });
  expect(after).toMatchObject({ first_content_ms: 50 * SLOW_MS });
});
