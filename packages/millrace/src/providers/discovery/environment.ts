import { ConfigurationError } from "../../model/errors.ts";
import type { HttpProviderOptions } from "../http/options.ts";
import { settingsOf } from "../http/settings.ts";
import { openaiCompatible } from "../profiles/base.ts";
import { PROFILES } from "../profiles/catalog.ts";
import type { Profile } from "../profiles/profile.ts";
import type { ProviderConfig } from "../provider-config.ts";
import type { Environment } from "../environment.ts";

/** What the environment has to offer. */
export interface EnvironmentFindings {
  readonly providers: readonly ProviderConfig[];
  /** Variables that were found and cannot be used, each with why. Never their values. */
  readonly unusable: readonly { readonly variable: string; readonly reason: string }[];
}

/**
 * Reads the well-known key variables of every hosted service. Local servers are probed for instead,
 * so their variables are not looked for here.
 */
export function findKeys(environment: Environment): EnvironmentFindings {
  const providers: ProviderConfig[] = [];
  const unusable: { variable: string; reason: string }[] = [];
  for (const profile of PROFILES.values()) {
    if (profile.local) continue;
    const variable = profile.auth.keyVariables.find((name) => valueOf(environment, name) !== undefined);
    if (variable === undefined) continue;
    const config = configFor(profile, variable, environment);
    if (typeof config === "string") unusable.push({ variable, reason: config });
    else providers.push(config);
  }
  return { providers, unusable };
}

function configFor(profile: Profile, variable: string, environment: Environment): ProviderConfig | string {
  const { baseUrlVariable } = profile.auth;
  const baseUrl = baseUrlVariable === undefined ? undefined : valueOf(environment, baseUrlVariable);
  if (baseUrl === undefined && profile.defaultBaseUrl === undefined && profile.platform === undefined) {
    return `${profile.label} also needs ${baseUrlVariable ?? "a base URL"}`;
  }
  const apiKey = valueOf(environment, variable);
  const options = {
    name: profile.id,
    profile: isElsewhere(profile, baseUrl) ? openaiCompatible.id : profile.id,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
  const mistake = mistakeIn(options);
  return mistake ?? { ...options, source: { kind: "environment", variable } };
}

/** What listens there speaks the service's dialect, and need not have the rest of its API. */
function isElsewhere({ defaultBaseUrl }: Profile, baseUrl: string | undefined): boolean {
  if (defaultBaseUrl === undefined || baseUrl === undefined) return false;
  return !URL.canParse(baseUrl) || new URL(baseUrl).host !== new URL(defaultBaseUrl).host;
}

/** Nobody asked for this provider by name, so a variable that cannot be used must not stop the others. */
function mistakeIn(options: HttpProviderOptions): string | undefined {
  try {
    settingsOf(options);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

/** An empty variable is one that is not set. */
function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === "" ? undefined : value;
}
