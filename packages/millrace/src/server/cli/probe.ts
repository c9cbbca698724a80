import { findKeys } from "../../providers/discovery/environment.ts";
import type { ProbeReport } from "../../providers/probe/finding.ts";
import { probeServer } from "../../providers/probe/probe-server.ts";
import { type ServerAddress, serverAddress } from "../../providers/probe/server-address.ts";
import { createTransport } from "../../providers/http/transport-choice.ts";
import { openaiCompatible } from "../../providers/profiles/base.ts";
import { profileOf } from "../../providers/profiles/catalog.ts";
import { simulator } from "../../providers/profiles/simulator.ts";
import { stayAwake } from "../../providers/transport/stay-awake.ts";
import { systemClock } from "../../providers/transport/system-clock.ts";
import { EXIT, UsageError } from "./exit-code.ts";
import { print, printError, printJson } from "./output.ts";
import { reportData, reportText } from "./probe-report.ts";

export interface ProbeFlags {
  readonly model?: string;
  /** The environment variable that holds the key: a key on a command line can be read by others. */
  readonly keyVariable?: string;
  readonly json: boolean;
  readonly yaml: boolean;
}

/** A key and the variable it was read from. */
interface NamedKey {
  readonly variable: string;
  readonly key: string;
}

/** Finds out what a server is and does. Ends with 1 when it could not be probed. */
export async function probe(url: string, flags: ProbeFlags): Promise<number> {
  if (flags.json && flags.yaml) throw new UsageError("Give --json or --yaml, not both.");
  const { report, key } = await probed(addressOf(url), flags);
  if (flags.json) printJson(reportData(report));
  else if (flags.yaml && report.problem === undefined) print(await yamlOf(report, key?.variable));
  else if (!flags.yaml && report.answers) print(reportText(report));
  if (report.problem === undefined) return EXIT.ok;
  printError(`${report.baseUrl} could not be probed. ${report.problem}`);
  return EXIT.failed;
}

/** The YAML writer is loaded only when it is needed. */
async function yamlOf(report: ProbeReport, keyVariable: string | undefined): Promise<string> {
  return (await import("./probe-yaml.ts")).providerYaml(report, keyVariable);
}

function addressOf(url: string): ServerAddress {
  try {
    return serverAddress(url === simulator.id ? (simulator.defaultBaseUrl ?? url) : url);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function probed(
  address: ServerAddress,
  flags: ProbeFlags,
): Promise<{ readonly report: ProbeReport; readonly key: NamedKey | undefined }> {
  const key = flags.keyVariable === undefined ? serviceKey(address) : namedKey(flags.keyVariable);
  const report = await ask(address, flags, key);
  const local =
    key === undefined && report.auth.needed === "yes" ? localKey(address, report.identity.profile) : undefined;
  return local === undefined ? { report, key } : { report: await ask(address, flags, local), key: local };
}

async function ask(
  address: ServerAddress,
  { model, json, yaml }: ProbeFlags,
  key: NamedKey | undefined,
): Promise<ProbeReport> {
  const transport = createTransport(address.service ?? openaiCompatible, { clock: systemClock });
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error("Interrupted."));
  process.once("SIGINT", interrupt);
  // Waiting between two looks at a server keeps no process alive by itself.
  const letSleep = stayAwake();
  try {
    return await probeServer({
      address,
      transport,
      clock: systemClock,
      signal: interrupted.signal,
      ...(key === undefined ? {} : { apiKey: key.key }),
      ...(model === undefined ? {} : { model }),
      ...(json || yaml || !process.stderr.isTTY ? {} : { onProbe: (name) => printError(`Asking about ${name} …`) }),
    });
  } finally {
    letSleep();
    process.off("SIGINT", interrupt);
    await transport.close();
  }
}

function namedKey(variable: string): NamedKey {
  const key = process.env[variable]?.trim();
  if (key !== undefined && key !== "") return { variable, key };
  throw new UsageError(`The environment has no variable ${variable}, or it is empty. It should hold the key.`);
}

/** The key of a service goes to that service's own origin and nowhere else. */
function serviceKey({ base }: ServerAddress): NamedKey | undefined {
  for (const { profile, baseUrl = profileOf(profile)?.defaultBaseUrl, apiKey, source } of findKeys(process.env)
    .providers) {
    if (baseUrl === undefined || apiKey === undefined || source.kind !== "environment") continue;
    if (originOf(serverAddress(baseUrl).base) === originOf(base)) return { variable: source.variable, key: apiKey };
  }
  return undefined;
}

/** The key of a local server, once it is known to be that kind of server and stands where it usually does. */
function localKey({ base }: ServerAddress, id: string): NamedKey | undefined {
  const profile = profileOf(id);
  if (profile?.defaultBaseUrl === undefined || originOf(profile.defaultBaseUrl) !== originOf(base)) return undefined;
  const variable = profile.auth.keyVariables.find((name) => (process.env[name]?.trim() ?? "") !== "");
  return variable === undefined ? undefined : namedKey(variable);
}

function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
