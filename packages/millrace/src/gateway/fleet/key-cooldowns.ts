import { Cooldown } from "./cooldown.ts";
import type { Closure } from "./view.ts";

/** The keys of one provider, each with a cooldown of its own; made when the first of them needs one. */
export class KeyCooldowns {
  readonly #cooldowns: Cooldown[] = [];

  closure(key: number, nowMs: number): Closure | undefined {
    return this.#cooldowns[key]?.closure(nowMs);
  }

  /** Absent where nothing was ever wrong with the key. */
  known(key: number): Cooldown | undefined {
    return this.#cooldowns[key];
  }

  of(key: number): Cooldown {
    const known = this.#cooldowns[key];
    if (known !== undefined) return known;
    const cooldown = new Cooldown();
    this.#cooldowns[key] = cooldown;
    return cooldown;
  }
}

/** What keeps a key from being used: for every model, or for this one. */
function keyClosure(forAll: KeyCooldowns, forModel: KeyCooldowns, key: number, nowMs: number): Closure | undefined {
  return laterOf(forAll.closure(key, nowMs), forModel.closure(key, nowMs));
}

/** What keeps every key from being used; of several, until the first comes back. */
export function allKeysClosure(
  forAll: KeyCooldowns,
  forModel: KeyCooldowns,
  count: number,
  nowMs: number,
): Closure | undefined {
  let first: Closure | undefined;
  let soft = false;
  for (let key = 0; key < count; key += 1) {
    const closure = keyClosure(forAll, forModel, key, nowMs);
    if (closure === undefined) return undefined;
    if (closure.soft === true) soft = true;
    if (first === undefined || closure.untilMs < first.untilMs) first = closure;
  }
  if (first === undefined || count === 1) return first;
  return {
    ...first,
    soft,
    reason: `none of its ${count} keys can be used; of the first to come back: ${first.reason}`,
  };
}

/** Whose turn it is. */
interface Turn {
  readonly count: number;
  readonly turn: number;
}

/** The next key in turn that may be used. */
export function nextKey(forAll: KeyCooldowns, forModel: KeyCooldowns, turn: Turn, nowMs: number): number | undefined {
  return firstInTurn(turn, (key) => keyClosure(forAll, forModel, key, nowMs) === undefined);
}

/** The next key in turn of those that only a soft closure keeps from being used. */
export function softlyClosedKey(
  forAll: KeyCooldowns,
  forModel: KeyCooldowns,
  turn: Turn,
  nowMs: number,
): number | undefined {
  return firstInTurn(turn, (key) => keyClosure(forAll, forModel, key, nowMs)?.soft === true);
}

function firstInTurn({ count, turn }: Turn, isFit: (key: number) => boolean): number | undefined {
  for (let step = 0; step < count; step += 1) {
    const key = (turn + step) % count;
    if (isFit(key)) return key;
  }
  return undefined;
}

/** The closure that counts of two: one that is not soft, else the one that lasts longer. */
export function laterOf(one: Closure | undefined, other: Closure | undefined): Closure | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.soft !== other.soft) return one.soft === true ? other : one;
  return other.untilMs > one.untilMs ? other : one;
}
