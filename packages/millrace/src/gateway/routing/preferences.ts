import { targetName } from "../exchange.ts";
import { matches } from "../name-pattern.ts";
import type { Plan, Price, Target } from "../plan.ts";
import type { Contender } from "./contender.ts";
import { priceOf } from "./price.ts";
import type { Preferences } from "./question.ts";

/** Why the request does not want a target; nothing where it may be asked. */
export function unwanted(target: Target, wishes: Preferences, prices: Plan["prices"]): string | undefined {
  if (wishes.local === true && !target.provider.local) return "not a local server";
  if (wishes.only !== undefined && entryFor(target, wishes.only) < 0) return "not among `only`";
  if (wishes.ignore !== undefined) {
    const at = entryFor(target, wishes.ignore);
    if (at >= 0) return `ignored by \`${wishes.ignore[at]}\``;
  }
  return wishes.maxPrice === undefined ? undefined : tooDear(wishes.maxPrice, priceOf(prices, target));
}

/** Those that `order` names go first, as it names them; the others keep their order behind them. */
export function inWantedOrder(contenders: readonly Contender[], order: readonly string[]): Contender[] {
  const ahead: Contender[][] = [];
  const behind: Contender[] = [];
  for (const contender of contenders) {
    const at = entryFor(contender, order);
    if (at < 0) {
      behind.push(contender);
      continue;
    }
    contender.isWanted = true;
    (ahead[at] ??= []).push(contender);
  }
  return [...ahead.flat(), ...behind];
}

/** The first entry that means the target: with a slash its whole name, without one its provider. */
function entryFor(target: Target, entries: readonly string[]): number {
  let name: string | undefined;
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at] ?? "";
    if (entry.includes("/")) {
      name ??= targetName(target);
      if (matches(entry, name)) return at;
    } else if (matches(entry, target.provider.name)) {
      return at;
    }
  }
  return -1;
}

function tooDear(most: Partial<Price>, price: Price | undefined): string | undefined {
  if (price === undefined) return "its price is not known";
  if (most.inputUsd !== undefined && price.inputUsd > most.inputUsd) {
    return `$${price.inputUsd} for a million tokens of input is over the limit of $${most.inputUsd}`;
  }
  if (most.outputUsd !== undefined && price.outputUsd > most.outputUsd) {
    return `$${price.outputUsd} for a million tokens of output is over the limit of $${most.outputUsd}`;
  }
  return undefined;
}
