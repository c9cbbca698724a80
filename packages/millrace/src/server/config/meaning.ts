import { splitName } from "../../gateway/target-name.ts";
import { splitCommandLine } from "../../providers/on-demand/command-line.ts";
import { profileOf, PROFILES } from "../../providers/profiles/catalog.ts";
import type { ConfigFile, FileProvider } from "./config-file.ts";
import { suggestion } from "./suggestion.ts";
import { targetsIn } from "./targets-in.ts";

/** A mistake, still without its position. With `key` it is about that key, not about its value. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly key?: string;
  readonly message: string;
}

/** What each field may say is right; now whether it means anything. */
export function meaningProblems(config: ConfigFile): readonly Finding[] {
  const findings: Finding[] = [];
  const providers = config.providers ?? {};
  const names = [...Object.keys(providers), ...(config.simulator === true ? ["simulator"] : [])];
  findings.push(...Object.entries(providers).flatMap(([name, provider]) => atOdds(name, provider, config)));
  for (const [name, { profile }] of Object.entries(providers)) {
    if (profileOf(profile)) continue;
    findings.push({
      path: ["providers", name, "profile"],
      message: `There is no profile ${JSON.stringify(profile)}.${suggestion(profile, PROFILES.keys())} Known: ${[...PROFILES.keys()].join(", ")}.`,
    });
  }
  for (const { target, path } of targetsIn(config)) {
    const provider = splitName(target)?.provider ?? target;
    if (names.includes(provider) || config.discovery === true) continue;
    findings.push({ path, message: `There is no provider ${JSON.stringify(provider)}.${suggestion(provider, names)}` });
  }
  return [...findings, ...starsOutOfPlace(config), ...repeatedKeys(config)];
}

const OF_A_COMMAND = [
  "idle",
  "group",
  "group_size",
  "start_timeout",
  "stop_timeout",
  "room_timeout",
  "models",
  "env",
  "cwd",
] as const satisfies readonly (keyof FileProvider)[];

const OF_AN_EMBEDDED_MODEL = ["model", "threads", "gpu"] as const satisfies readonly (keyof FileProvider)[];
/** Nothing of an embedded model's requests leaves this process. */
const OF_A_CONNECTION = [
  "base_url",
  "api_key",
  "api_keys",
  "tls",
  "headers",
  "query",
  "command",
] as const satisfies readonly (keyof FileProvider)[];

function findEmbedded(provider: FileProvider, workers: number, find: (setting: string, message: string) => void): void {
  if (provider.model === undefined) find("profile", "the profile embedded needs `model`, the path of a GGUF file.");
  if (workers > 1) find("profile", "each worker would load the model once more. Take `workers: 1`.");
  for (const setting of OF_A_CONNECTION) {
    if (provider[setting] !== undefined) find(setting, "a model that is served from here is not connected to.");
  }
}

/** Settings of which one makes no sense beside, or without, another. */
function atOdds(name: string, provider: FileProvider, { workers = 1 }: ConfigFile): readonly Finding[] {
  const findings: Finding[] = [];
  const find = (setting: string, message: string): void => {
    findings.push({ path: ["providers", name], key: setting, message: `providers.${name}.${setting}: ${message}` });
  };
  if (provider.api_keys !== undefined && provider.api_key !== undefined) {
    find("api_keys", "there is an api_key as well. Put all keys into api_keys.");
  }
  for (const platform of ["aws", "google"] as const) {
    if (provider[platform] === undefined || profileOf(provider.profile)?.platform?.name === platform) continue;
    find(platform, `this is for a profile of that platform, not for ${provider.profile}.`);
  }
  const isEmbedded = profileOf(provider.profile)?.transport === "embedded";
  if (isEmbedded) findEmbedded(provider, workers, find);
  else {
    for (const setting of OF_AN_EMBEDDED_MODEL) {
      if (provider[setting] === undefined) continue;
      find(setting, "this is for a model that is served from here, with the profile embedded.");
    }
  }
  if (provider.command === undefined) {
    for (const setting of OF_A_COMMAND) {
      if (isEmbedded && setting === "idle") continue;
      if (provider[setting] !== undefined) find(setting, "this is for a server that is started here, with a command.");
    }
  } else {
    if (workers > 1) find("command", "each worker would start a server of its own. Take `workers: 1`.");
    const wrong = typeof provider.command === "string" ? mistakeIn(provider.command) : undefined;
    if (wrong !== undefined) find("command", wrong);
  }
  return findings;
}

function mistakeIn(commandLine: string): string | undefined {
  try {
    splitCommandLine(commandLine);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** A `*` in a target stands for what the `*` of the name stood for. */
function starsOutOfPlace(config: ConfigFile): readonly Finding[] {
  const names = Object.keys(config.models ?? {}).filter((name) => name.split("*").length > 2);
  const targets = targetsIn(config).filter(
    ({ target, path }) => target.includes("*") && !String(path[1]).includes("*"),
  );
  return [
    ...names.map((name) => ({ path: ["models"], key: name, message: `A name has one * at most: ${name}.` })),
    ...targets.map(({ target, path }) => ({
      path,
      message: `${target}: a * in a target needs one in the name of the model, such as "gpt-*: [cloud/gpt-*]".`,
    })),
  ];
}

function repeatedKeys({ keys = [] }: ConfigFile): readonly Finding[] {
  return keys.flatMap(({ name, key }, index) => {
    const before = keys.slice(0, index);
    if (before.some((other) => other.name === name)) {
      return [{ path: ["keys", index, "name"], message: `There are two keys with the name ${JSON.stringify(name)}.` }];
    }
    return before.some((other) => other.key === key)
      ? [{ path: ["keys", index, "key"], message: "This key is the same as one above, under another name." }]
      : [];
  });
}
