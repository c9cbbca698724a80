import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fin, text as delta, usage } from "../../conformance/cases/replies.ts";
import { DONE_EVENT, event } from "../../conformance/scripted-upstream/reply-bytes.ts";
import { providerError } from "../../model/errors.ts";
import { FleetCall } from "../fleet/call.ts";
import { type CallScript, ScriptedProvider } from "../testing/scripted-provider.ts";
import { NEVER, type StreamStep } from "../testing/scripted-stream.ts";
import { answer, FAILED, HeldCall, streamed } from "./testing/calls.ts";
import { attemptsOf, type FastGateway, fastGateway, settled } from "./testing/fast-gateway.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the fleet hears of each call: one word for each ending, in their order. */
let heard: string[] = [];

beforeEach(() => {
  heard = [];
  for (const ending of ["answered", "failed", "left"] as const) {
    const original = FleetCall.prototype[ending];
    vi.spyOn(FleetCall.prototype, ending).mockImplementation(function (this: FleetCall, ...args: unknown[]) {
      heard.push(ending);
      (original as (...args: unknown[]) => void).apply(this, args);
    });
  }
});
afterEach(() => vi.restoreAllMocks());

interface Ending {
  readonly does: CallScript;
  readonly stream?: boolean;
  /** The client leaves once this much has come. */
  readonly leavesAfter?: string;
  readonly hears: string;
  readonly attempt: string;
}

const streaming = (...steps: readonly StreamStep<Uint8Array>[]): CallScript => streamed(steps).reply;
const content = bytes(delta("par"));

const ENDINGS: Readonly<Record<string, Ending>> = {
  "one reply": { does: answer(), hears: "answered", attempt: "desk answered" },
  "a stream": {
    does: streaming(content, bytes(fin()), bytes(DONE_EVENT)),
    stream: true,
    hears: "answered",
    attempt: "desk answered",
  },
  "a failure before content": { does: FAILED.server, hears: "failed", attempt: "desk failed server" },
  "a stream with nothing in it": {
    does: streaming(bytes(DONE_EVENT)),
    stream: true,
    hears: "failed",
    attempt: "desk failed empty_reply",
  },
  "a failure after content": {
    does: streaming(content, bytes(event({ error: { message: "boom", code: 500 } }))),
    stream: true,
    hears: "failed",
    attempt: "desk failed server",
  },
  "a stream that breaks after content": {
    does: streaming(content, providerError(FAILED.absent)),
    stream: true,
    hears: "failed",
    attempt: "desk failed connection",
  },
  "a client that leaves before content": {
    does: new HeldCall().script,
    leavesAfter: "",
    hears: "left",
    attempt: "desk cancelled client_closed",
  },
  "a client that leaves a stream before content": {
    does: streaming(NEVER),
    stream: true,
    leavesAfter: "",
    hears: "left",
    attempt: "desk cancelled client_closed",
  },
  "a client that leaves after content": {
    does: streaming(content, NEVER),
    stream: true,
    leavesAfter: "par",
    hears: "left",
    attempt: "desk cancelled client_closed",
  },
  "a defect of ours": {
    does: async () => Promise.reject(new TypeError("defect")),
    hears: "left",
    attempt: "desk failed internal_error",
  },
  "a defect of ours after content": {
    does: streaming(content, new TypeError("defect")),
    stream: true,
    hears: "left",
    attempt: "desk failed internal_error",
  },
};

async function end(setup: FastGateway, { stream = false, leavesAfter }: Ending): Promise<void> {
  const { client, done } = await setup.begin({ stream });
  if (leavesAfter !== undefined) {
    await client.until(() => client.text.includes(leavesAfter));
    await settled();
    client.leave();
  }
  await done;
}

describe("the fleet hears once how a call ended, and the place is given back once:", () => {
  test.each(Object.entries(ENDINGS))("%s", async (_, ending) => {
    const desk = new ScriptedProvider("desk", { calls: [ending.does] });
    const setup = fastGateway([desk], ["desk/m"], { slots: new Map([["desk", 1]]) });
    await end(setup, ending);
    expect(heard).toEqual([ending.hears]);
    expect(attemptsOf(setup.records[0])).toEqual([ending.attempt]);
    expect((await setup.explained()).candidates).toMatchObject([{ in_flight: 0, waiting: 0 }]);
    // The one place is free, and it is one.
    const [one, two] = [new HeldCall(), new HeldCall()];
    desk.calls = [one.script, two.script];
    const begun = [await setup.begin(), await setup.begin()];
    expect(desk.forwarded).toHaveLength(2);
    one.answer();
    await settled();
    two.answer();
    await Promise.all(begun.map(({ done }) => done));
    expect(setup.clock.pending).toBe(0);
  });

  test("and a stream that failed is left before the next target is asked", async () => {
    const { reply, stream } = streamed([bytes(event({ error: { message: "boom", code: 500 } })), NEVER]);
    const desk = new ScriptedProvider("desk", { calls: [reply] });
    const next = new HeldCall();
    const lab = new ScriptedProvider("lab", { calls: [next.script] });
    const { begin } = fastGateway([desk, lab], ["desk/m", "lab/m"]);
    const { done } = await begin({ stream: true });
    expect(lab.forwarded).toHaveLength(1);
    expect(stream.over).toBe(true);
    next.answer(streamed([content, bytes(fin()), bytes(DONE_EVENT)]).reply);
    await done;
  });

  test("of each attempt of a request", async () => {
    const [desk, lab] = [
      new ScriptedProvider("desk", { calls: [FAILED.server] }),
      new ScriptedProvider("lab", { calls: [answer()] }),
    ];
    await fastGateway([desk, lab], ["desk/m", "lab/m"]).ask();
    expect(heard).toEqual(["failed", "answered"]);
  });
});

describe("the record", () => {
  test("has of each attempt when it began and how long it took", async () => {
    const [desk, lab] = [new ScriptedProvider("desk"), new ScriptedProvider("lab")];
    const { clock, ask, records } = fastGateway([desk, lab], ["desk/m", "lab/m"]);
    desk.calls = [
      async () => {
        clock.advance(30);
        throw providerError(FAILED.server);
      },
    ];
    lab.calls = [async () => (clock.advance(50), answer())];
    clock.advance(1_000);
    await ask();
    expect(records[0]?.attempts).toMatchObject([
      { provider: "desk", model: "m", startedMs: 0, durationMs: 30, outcome: "failed", failure: { kind: "server" } },
      { provider: "lab", model: "m", startedMs: 30, durationMs: 50, outcome: "answered" },
    ]);
    expect(records[0]).toMatchObject({ target: "lab/m", durationMs: 80, firstContentMs: 80 });
  });

  test("has the candidates with their scores and reasons, and who was left out and why", async () => {
    const names = ["desk", "lab", "cloud"];
    const providers = names.map((name) => new ScriptedProvider(name, { calls: [answer(), answer()] }));
    const setup = fastGateway(providers, { tiers: [["desk/m", "lab/m"], ["cloud/m"]], strategy: "lowest-latency" });
    for (const [at, provider] of providers.entries()) {
      provider.calls.unshift(async () => (setup.clock.advance(100 * (at + 1)), answer()));
      await setup.ask({ model: `${provider.name}/m` });
    }
    await setup.ask({ millrace: { ignore: ["cloud"] } });
    expect(setup.records.at(-1)).toMatchObject({
      candidates: [
        { target: "desk/m", reason: "1 of 3 for fast; 100 ms to first content", score: expect.closeTo(100, -1) },
        { target: "lab/m", reason: "2 of 3 for fast; 200 ms to first content", score: expect.closeTo(200, -1) },
      ],
      excluded: [{ target: "cloud/m", reason: "ignored by `cloud`" }],
    });
  });

  test("has what the answer cost at the price of who gave it", async () => {
    const tokens = [bytes(delta("a")), bytes(fin()), bytes(usage(1_000_000, 100_000)), bytes(DONE_EVENT)];
    const desk = new ScriptedProvider("desk", { calls: [FAILED.server] });
    const cloud = new ScriptedProvider("cloud", { calls: [streamed(tokens).reply] });
    const free = { inputUsd: 0, outputUsd: 0 };
    const { ask, records } = fastGateway([desk, cloud], ["desk/m", "cloud/m"], {
      prices: new Map([
        ["desk", [{ models: "*", price: free }]],
        [
          "cloud",
          [
            { models: "x", price: free },
            { models: "m*", price: { inputUsd: 2, outputUsd: 10 } },
          ],
        ],
      ]),
    });
    await ask({ stream: true });
    expect(records[0]?.costUsd).toBe(3);
  });
});
