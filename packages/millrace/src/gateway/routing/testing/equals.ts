import { ScriptedProvider } from "../../testing/scripted-provider.ts";
import { targetName } from "../../exchange.ts";
import { Contender } from "../contender.ts";
import type { StrategyRule } from "../strategies/strategy.ts";
import { fleetOf } from "./live.ts";
import type { Views } from "./live.ts";

/** How one of several equals is, what its weight is, and what lot it drew; by default that of its place. */
type Equal = Views[string] & { readonly weight?: number; readonly lot?: number };

/** A group of equals, by `provider/model`, in this order. */
export function equalsOf(equals: Readonly<Record<string, Equal>>, measure?: StrategyRule["measure"]): Contender[] {
  const fleet = fleetOf(equals);
  const names = Object.keys(equals);
  return names.map((name, index) => {
    const slash = name.indexOf("/");
    const provider = new ScriptedProvider(name.slice(0, slash));
    const target = { provider, model: name.slice(slash + 1), weight: equals[name]?.weight ?? 1 };
    const group = { origin: undefined, model: "fast", targets: names.length, measure };
    return new Contender(target, fleet.view(target), index + 1, equals[name]?.lot ?? index + 1, group);
  });
}

/** Their names in the order that a strategy gives them. */
export function arranged(
  rule: StrategyRule,
  equals: Contender[],
  around: Partial<Parameters<StrategyRule["arrange"]>[1]> = {},
): string[] {
  rule.arrange(equals, { prices: new Map(), lot: 0, turn: () => 0, ...around });
  return equals.map(targetName);
}
