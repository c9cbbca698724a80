import { expect } from "vitest";
import { type CallScript, ScriptedProvider } from "../../testing/scripted-provider.ts";
import { answer } from "./calls.ts";
import { type FastGateway, fastGateway } from "./fast-gateway.ts";

/** What the first nearly always takes, and what it is certainly slower than. */
export const USUAL_MS = 100;
export const SLOW_MS = 2 * USUAL_MS;
/** So many answers tell how long it nearly always takes. */
export const ENOUGH = 20;

export interface Hedged extends FastGateway {
  readonly first: ScriptedProvider;
  readonly second: ScriptedProvider;
  readonly third: ScriptedProvider;
}

type Plan = Parameters<typeof fastGateway>[2];

/** Three targets, of which the first has answered often enough to know how long it takes. */
export async function hedged(
  calls: Readonly<Partial<Record<"first" | "second" | "third", CallScript[]>>>,
  { hedge = true, answers = ENOUGH, ...plan }: Plan & { hedge?: boolean; answers?: number } = {},
): Promise<Hedged> {
  const [first, second, third] = ["first", "second", "third"].map((name) => new ScriptedProvider(name)) as [
    ScriptedProvider,
    ScriptedProvider,
    ScriptedProvider,
  ];
  const tiers = [["first/m"], ["second/m"], ["third/m"]];
  const setup = fastGateway([first, second, third], { tiers, hedge }, plan);
  for (let count = 0; count < answers; count += 1) {
    first.calls = [async () => (setup.clock.advance(USUAL_MS), answer("first"))];
    await setup.ask({ model: "first/m" });
  }
  first.calls = calls.first ?? [];
  second.calls = calls.second ?? [];
  third.calls = calls.third ?? [];
  return { ...setup, first, second, third };
}

/** Nothing is in flight, and no timer is left. */
export async function expectNothingLeft({ explained, clock, gateway }: FastGateway): Promise<void> {
  const { candidates, excluded } = await explained();
  expect([...candidates, ...excluded].map(({ in_flight }) => in_flight)).toEqual([0, 0, 0]);
  expect(gateway.inFlight).toBe(0);
  expect(clock.pending).toBe(0);
}
