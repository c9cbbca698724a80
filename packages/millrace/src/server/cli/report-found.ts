import { profileOf } from "../../providers/profiles/catalog.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { FoundProviders } from "../find-providers.ts";
import { table } from "./output.ts";

/** What there is to call, one line each, and what was found and is of no use. Never a key. */
export function foundText(found: FoundProviders): string {
  const rows = found.configs.map((config) => [
    `  ${config.name}`,
    labelOf(config),
    addressOf(config) ?? HERE,
    originOf(config),
  ]);
  return [table(rows), ...findingNotes(found).map((note) => `  ${note}`)].filter((line) => line !== "").join("\n");
}

function labelOf({ profile }: ProviderConfig): string {
  return profileOf(profile)?.label ?? profile;
}

/** Where a provider is called; nothing for one that answers in this process. */
export function addressOf({ baseUrl, profile: name }: Pick<ProviderConfig, "baseUrl" | "profile">): string | undefined {
  const profile = profileOf(name);
  if (profile !== undefined && profile.transport !== "network") return undefined;
  return baseUrl ?? profile?.defaultBaseUrl ?? "";
}

/** An address in a sentence. */
export function placeOf(address: string | undefined): string {
  return address === undefined ? HERE : `at ${address}`;
}

const HERE = "in this process";

/** What was found beside the providers. */
export function findingNotes({ unusable, unknownAddresses }: FoundProviders): readonly string[] {
  return [
    ...unusable.map(({ variable, reason }) => `${variable} is set but not used: ${reason}.`),
    ...unknownAddresses.map((address) => `Something answers on ${address} that is no model server we know.`),
  ];
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
