import type { Clock } from "../model/clock.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { Warning } from "../model/warning.ts";
import type { ProviderConfig } from "../providers/provider-config.ts";
import { createRegistry, type ProviderRegistry, type SharedOptions } from "../providers/registry.ts";
import { ConfigFileError } from "./config/problem.ts";
import type { Settings } from "./config/settings.ts";

export interface MakeOptions extends Omit<SharedOptions, "limits"> {
  readonly clock: Clock;
  readonly onWarning: (warning: Warning) => void;
  /** Whose providers are taken over where they stay the same. */
  readonly previous?: ProviderRegistry;
}

/**
 * Makes the providers of these settings.
 *
 * @throws {ConfigFileError} with the place in the file, when it is the file that has the mistake
 * @throws {ConfigurationError} when the environment has it
 */
export function makeProviders(
  configs: readonly ProviderConfig[],
  { limits, origin }: Pick<Settings, "limits" | "origin">,
  { previous, ...shared }: MakeOptions,
): ProviderRegistry {
  try {
    return createRegistry(configs, { limits, ...shared }, previous);
  } catch (error) {
    const path = error instanceof ConfigurationError ? pathOf(error.setting, configs) : undefined;
    if (!(error instanceof ConfigurationError) || path === undefined || origin === undefined) throw error;
    const { line, column } = origin.positionOf(path);
    const message = `${error.setting}: ${error.message}`;
    throw new ConfigFileError(origin.file, [{ line, column, message }], { cause: error });
  }
}

/** The path in the file of a setting such as `providers.llama.cpp.tls.ca`; a name may hold dots too. */
function pathOf(setting: string, configs: readonly ProviderConfig[]): readonly string[] | undefined {
  const config = configs.find(({ name, source }) => source.kind === "file" && setting.startsWith(`providers.${name}.`));
  if (config === undefined) return undefined;
  return ["providers", config.name, ...setting.slice(`providers.${config.name}.`.length).split(".")];
}
