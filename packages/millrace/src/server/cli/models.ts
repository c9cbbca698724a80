import { ProviderError } from "../../model/errors.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import { targetNames } from "../config/model-setting.ts";
import { EXIT } from "./exit-code.ts";
import { modelsOrFailure } from "./models-or-failure.ts";
import { print, printError, printJson, table } from "./output.ts";
import { withProviders } from "./provider-access.ts";

/** Lists the models of every provider, and the names of the configuration. */
export async function models(flags: { readonly config?: string; readonly json: boolean }): Promise<number> {
  return withProviders(flags.config, async ({ providers, settings }) => {
    const lists = await Promise.all(
      providers.map((provider) => modelsOrFailure(provider, settings.modelListTimeoutMs)),
    );
    const found = lists.flatMap((list) => (list instanceof ProviderError ? [] : list));
    const failures = lists.filter((list) => list instanceof ProviderError);
    const names = [...settings.models].map(([name, model]) => ({ name, targets: targetNames(model) }));
    if (flags.json) printJson({ names, models: found.map(asData), failures: failures.map(({ failure }) => failure) });
    else if (found.length + names.length > 0) print(asTable(names, found));
    for (const failure of failures) printError(`Left out: ${failure.message}`);
    return found.length + names.length > 0 ? EXIT.ok : EXIT.failed;
  });
}

function asData({ provider, id, name, state, contextLength }: ModelInfo): object {
  return { model: `${provider}/${id}`, name, state, context_length: contextLength };
}

function asTable(
  names: readonly { readonly name: string; readonly targets: readonly string[] }[],
  found: readonly ModelInfo[],
): string {
  return table([
    ["MODEL", "STATE", "CONTEXT"],
    ...names.map(({ name, targets }) => [name, "name", `→ ${targets.join(", ")}`]),
    ...found.map(({ provider, id, state, contextLength }) => [
      `${provider}/${id}`,
      state,
      contextLength?.toString() ?? "-",
    ]),
  ]);
}
