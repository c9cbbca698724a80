import type { ModelInfo } from "../../model/model-info.ts";
import type { TargetCondition, TargetView } from "../fleet/view.ts";

/** What a client is told of a model at a server: how the server does, or what it says of the model. */
export type ModelState = TargetCondition | ModelInfo["state"];

/**
 * Of two words for the same the server's own counts. A model that it lists as not loaded is never told as ready,
 * however well the server does.
 */
export function stateOf({ condition }: Pick<TargetView, "condition">, listed: ModelInfo["state"]): ModelState {
  if (condition === "failing" && listed === "failed") return listed;
  if (condition !== "ready" && condition !== "unknown") return condition;
  if (listed !== "unknown" && listed !== "ready") return listed;
  return condition === "ready" ? condition : listed;
}

/** From the one that answers soonest to the one that answers last. */
const BEST_FIRST: readonly ModelState[] = [
  "ready",
  "full",
  "loading",
  "unloaded",
  "unknown",
  "failing",
  "failed",
  "down",
];

/** The state of the best of several. */
export function bestOf(states: readonly ModelState[]): ModelState {
  return BEST_FIRST.find((state) => states.includes(state)) ?? "unknown";
}
