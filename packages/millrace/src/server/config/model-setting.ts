import type { Strategy } from "../../gateway/plan.ts";
import type { FileModel, FileTarget, FileTargets } from "./config-file.ts";

/** A target of a model, as `provider/model`. */
export interface TargetSetting {
  readonly target: string;
  readonly weight: number;
}

/** What a model's name stands for, with every default filled in. */
export interface ModelSetting {
  readonly tiers: readonly (readonly TargetSetting[])[];
  readonly strategy: Strategy;
  readonly affinity: boolean;
  readonly onContextOverflow: readonly string[];
  readonly onRefusal: readonly string[];
  readonly hedge: boolean;
}

/** Under these a conversation that stays where it was would go against what was asked for. */
const WITHOUT_AFFINITY: ReadonlySet<Strategy> = new Set<Strategy>(["ordered", "weighted", "round-robin", "cheapest"]);

/** Every way to write a model, as the one. */
export function modelSetting(model: FileModel): ModelSetting {
  const mapping = "targets" in model ? model : { targets: model };
  const hasEquals = mapping.targets.some((entry) => isList(entry));
  const strategy = mapping.strategy ?? (hasEquals ? "adaptive" : "ordered");
  return {
    tiers: tiersOf(mapping.targets, hasEquals, strategy),
    strategy,
    affinity: mapping.affinity ?? !WITHOUT_AFFINITY.has(strategy),
    onContextOverflow: mapping.on_context_overflow ?? [],
    onRefusal: mapping.on_refusal ?? [],
    hedge: mapping.hedge ?? false,
  };
}

/** A flat list is an order, until a strategy makes equals of it; in a nested one each inner list is a group of equals. */
function tiersOf(targets: FileTargets, hasEquals: boolean, strategy: Strategy): ModelSetting["tiers"] {
  const tiers = targets.map((entry) => (isList(entry) ? entry.map(targetSetting) : [targetSetting(entry)]));
  return hasEquals || strategy === "ordered" ? tiers : [tiers.flat()];
}

function targetSetting(entry: FileTarget): TargetSetting {
  return typeof entry === "string" ? { target: entry, weight: 1 } : { target: entry.target, weight: entry.weight ?? 1 };
}

function isList(entry: FileTargets[number]): entry is readonly FileTarget[] {
  return Array.isArray(entry);
}

/** All targets in the order of the file. */
export function targetNames({ tiers }: ModelSetting): readonly string[] {
  return tiers.flat().map(({ target }) => target);
}

/** For people: `desk/a | lab/a (adaptive), then cloud/b`. */
export function modelText({ tiers, strategy }: ModelSetting): string {
  return tiers
    .map((tier) => tier.map(({ target, weight }) => (weight === 1 ? target : `${target} ×${weight}`)))
    .map((names) => (names.length === 1 ? names[0] : `${names.join(" | ")} (${strategy})`))
    .join(", then ");
}
