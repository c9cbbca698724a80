import { profileOf } from "../../providers/profiles/catalog.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { FoundProviders } from "../find-providers.ts";
import { table } from "./output.ts";

/** What there is to call, one line each, and what was found and is of no use. Never a key. */
export function foundText({ configs, unusable, unknownAddresses }: FoundProviders): string {
  const rows = configs.map((config) => [`  ${config.name}`, labelOf(config), whereOf(config), originOf(config)]);
  const notes = [
    ...unusable.map(({ variable, reason }) => `  ${variable} is set but not used: ${reason}.`),
    ...unknownAddresses.map((address) => `  Something answers on ${address} that is no model server we know.`),
  ];
  return [table(rows), ...notes].filter((line) => line !== "").join("\n");
}

function labelOf({ profile }: ProviderConfig): string {
  return profileOf(profile)?.label ?? profile;
}

function whereOf({ baseUrl, profile: name }: ProviderConfig): string {
  const profile = profileOf(name);
  return profile?.transport === "simulator" ? "in this process" : (baseUrl ?? profile?.defaultBaseUrl ?? "");
}

/** Where it comes from, in a few words. */
export function originOf({ source, apiKey, apiKeys = [] }: ProviderConfig): string {
  switch (source.kind) {
    case "file":
      if (apiKeys.length > 1) return `configured, with ${apiKeys.length} keys`;
      return apiKey === undefined && apiKeys.length === 0 ? "configured" : "configured, with a key";
    case "environment":
      return `key from ${source.variable}`;
    case "discovered":
      return "found running";
    case "built-in":
      return "built in, answers without a model";
  }
}
