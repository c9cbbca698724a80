import type { ModelInfo } from "../../model/model-info.ts";
import type { Breaker } from "./breaker.ts";
import type { ProviderState } from "./provider-state.ts";
import type { TargetState } from "./target-state.ts";
import type { TargetCondition } from "./view.ts";

/** What nothing has confirmed or contradicted for this long means nothing any more. */
const FRESH_MS = 30_000;
const LOADING_FRESH_MS = 60_000;
/** Two failures in a row, a moment ago: more than chance, and less than a breaker needs. */
const SUSPECT_AFTER = 2;
const SUSPECT_MS = 5_000;

/** What a target can do right now: the worst that its latest signs allow. */
export function conditionOf(
  provider: ProviderState,
  target: TargetState,
  listed: ModelInfo["state"] | undefined,
  nowMs: number,
): TargetCondition {
  if (isDown(provider, nowMs)) return "down";
  if (isLoading(provider, target, listed, nowMs)) return "loading";
  if (isFailing(provider, target, listed, nowMs)) return "failing";
  if (isFull(provider, target, nowMs)) return "full";
  return provider.isPresent && listed !== "unloaded" ? "ready" : "unknown";
}

/** Of the server as a whole. */
export function serverCondition(provider: ProviderState, nowMs: number): TargetCondition {
  return conditionOf(provider, provider.unasked, undefined, nowMs);
}

function isDown({ absentAtMs, breaker, downAtMs, isPresent }: ProviderState, nowMs: number): boolean {
  if (isPresent) return false;
  return nowMs - downAtMs < FRESH_MS || isSuspect(breaker, absentAtMs, nowMs);
}

function isLoading(
  { listedAtMs, loadingAtMs }: ProviderState,
  { awaiting, loadingSinceMs }: TargetState,
  listed: ModelInfo["state"] | undefined,
  nowMs: number,
): boolean {
  if (listed === "unloaded" && awaiting > 0) return true;
  const saidAtMs = listed === "loading" ? listedAtMs : -Infinity;
  const sinceMs = Math.max(saidAtMs, loadingAtMs, loadingSinceMs);
  // A start that failed since then.
  if (listed === "failed" && listedAtMs >= sinceMs) return false;
  return nowMs - sinceMs < LOADING_FRESH_MS;
}

function isFailing(
  provider: ProviderState,
  target: TargetState,
  listed: ModelInfo["state"] | undefined,
  nowMs: number,
): boolean {
  if (isSuspect(target.breaker, target.failedAtMs, nowMs)) return true;
  if (listed === "failed" && nowMs - provider.listedAtMs < FRESH_MS) return true;
  return nowMs - provider.failingAtMs < FRESH_MS;
}

/** A breaker that is open says so itself; once its time is over, nothing may speak against the trial. */
function isSuspect(breaker: Breaker, failedAtMs: number, nowMs: number): boolean {
  if (breaker.isTripped(nowMs)) return breaker.closure(nowMs) !== undefined;
  return breaker.inARow >= SUSPECT_AFTER && nowMs - failedAtMs < SUSPECT_MS;
}

function isFull(provider: ProviderState, target: TargetState, nowMs: number): boolean {
  const { breaker, room, slots } = provider;
  if (room.waiting > 0) return true;
  if (slots !== undefined && Math.max(room.taken, provider.busy(nowMs)) >= slots) return true;
  return breaker.isHeldBack(nowMs) || target.breaker.isHeldBack(nowMs);
}
