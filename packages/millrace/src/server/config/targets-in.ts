import type { ConfigFile, FileTarget, FileTargets } from "./config-file.ts";

/** A `provider/model` as it stands in the file, and where. */
export interface WrittenTarget {
  readonly target: string;
  readonly path: readonly PropertyKey[];
}

/** Every target that a model of the file names. */
export function targetsIn({ models = {} }: ConfigFile): readonly WrittenTarget[] {
  return Object.entries(models).flatMap(([name, model]) => {
    const path = ["models", name];
    if (!("targets" in model)) return listed(model, path);
    return [
      ...listed(model.targets, [...path, "targets"]),
      ...listed(model.on_context_overflow ?? [], [...path, "on_context_overflow"]),
      ...listed(model.on_refusal ?? [], [...path, "on_refusal"]),
    ];
  });
}

function listed(targets: FileTargets | readonly FileTarget[], path: readonly PropertyKey[]): readonly WrittenTarget[] {
  return targets.flatMap((entry, index) => {
    const at = [...path, index];
    if (typeof entry === "string") return [{ target: entry, path: at }];
    return "target" in entry ? [{ target: entry.target, path: [...at, "target"] }] : listed(entry, at);
  });
}
