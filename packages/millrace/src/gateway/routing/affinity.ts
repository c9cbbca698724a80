import type { TargetView } from "../fleet/view.ts";
import { type Contender, moveToHead } from "./contender.ts";
import { busyOf, slotsWhereUnknown } from "./target-load.ts";

/** Where nobody knows how many it serves at once: no more than this many times the load of the least loaded… */
const LOAD_RATIO = 1.5;
/** …and a few requests: nearly idle servers differ by large ratios and small waits. */
const LOAD_ALLOWANCE = 3;
/** Where that is known: as long as all its places are enough for all but so many of its size. */
const LINE_SHARE = 0.5;

/**
 * Elsewhere the whole prompt is read anew, which also puts others out of that cache. How long that takes only the
 * slowest answers show: most others found their prompt in a cache.
 */
const PATIENCE_SHARE = 1.5;
const PATIENCE_UNKNOWN_MS = 2_000;
const PATIENCE_MIN_MS = 500;
const PATIENCE_MAX_MS = 10_000;

/**
 * Moves the target that holds a conversation's prefix to the head of its equals, where it is worth it: reading a long
 * prompt anew costs more than some company does, and less than a place at the end of a line.
 *
 * @param holder the `provider/model` that answered the conversation last
 * @returns whether it stands at the head for the conversation's sake
 */
export function keepConversation(equals: Contender[], holder: string): boolean {
  const at = placeOf(equals, holder);
  const contender = equals[at];
  if (contender === undefined || !mayKeep(contender, equals)) return false;
  if (at > 0) moveToHead(equals, at);
  contender.note = "holds the conversation";
  contender.patienceMs = patienceFor(contender.view);
  return true;
}

function placeOf(equals: readonly Contender[], holder: string): number {
  const slash = holder.indexOf("/");
  const provider = holder.slice(0, slash);
  const model = holder.slice(slash + 1);
  return equals.findIndex((contender) => contender.model === model && contender.provider.name === provider);
}

function mayKeep(holder: Contender, equals: readonly Contender[]): boolean {
  const { view } = holder;
  if (view.condition === "down") return false;
  const slots = slotsWhereUnknown(equals);
  let least = Infinity;
  let hasRoomElsewhere = false;
  for (const other of equals) {
    if (other === holder || other.rank > 0) continue;
    hasRoomElsewhere = true;
    least = Math.min(least, busyOf(other.view) / (other.view.slots ?? slots));
  }
  if (!hasRoomElsewhere) return true;
  // Loading or failing, it has lost the conversation's prefix, or is about to.
  if (view.condition === "loading" || view.condition === "failing") return false;
  if (view.slots !== undefined) return busyOf(view) <= (1 + LINE_SHARE) * view.slots;
  return busyOf(view) <= LOAD_RATIO * least * slots + LOAD_ALLOWANCE;
}

function patienceFor({ firstContentP95Ms }: TargetView): number {
  const worthMs = firstContentP95Ms === undefined ? PATIENCE_UNKNOWN_MS : PATIENCE_SHARE * firstContentP95Ms;
  return Math.min(PATIENCE_MAX_MS, Math.max(PATIENCE_MIN_MS, worthMs));
}
