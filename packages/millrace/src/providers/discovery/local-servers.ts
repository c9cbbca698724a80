import type { ProviderConfig } from "../provider-config.ts";
import { lookAt, type LookOptions, type Sighting } from "./local-look.ts";

/** Where model servers listen by default: llama.cpp and LocalAI, Ollama, LM Studio, vLLM, SGLang. */
export const WELL_KNOWN_ADDRESSES: readonly string[] = [
  "127.0.0.1:8080",
  "127.0.0.1:11434",
  "127.0.0.1:1234",
  "127.0.0.1:8000",
  "127.0.0.1:30000",
];

export interface LocalProbeOptions extends LookOptions {
  /** `host:port` each. */
  readonly addresses?: readonly string[];
}

export interface LocalFindings {
  readonly providers: readonly ProviderConfig[];
  /** Addresses where something answers that is no model server we know. */
  readonly unknown: readonly string[];
}

/** Asks the well-known ports of this machine, all at once, which model servers listen there. */
export async function findLocalServers(options: LocalProbeOptions): Promise<LocalFindings> {
  const { addresses = WELL_KNOWN_ADDRESSES } = options;
  const places = addresses.map((address) => ({ address }));
  return findingsOf(await lookAt(places, options));
}

function findingsOf(sightings: readonly Sighting[]): LocalFindings {
  const providers: ProviderConfig[] = [];
  const unknown: string[] = [];
  for (const { address, answered, profile } of sightings) {
    if (profile !== undefined) {
      const taken = new Set(providers.map(({ name }) => name));
      providers.push(discovered(freeName(profile, taken), profile, address));
    } else if (answered) {
      unknown.push(address);
    }
  }
  return { providers, unknown };
}

/** A server that was found, as a provider. */
export function discovered(name: string, profile: string, address: string): ProviderConfig {
  return { name, profile, baseUrl: `http://${address}`, source: { kind: "discovered", address } };
}

/** Servers of one kind are told apart by a number. */
export function freeName(profile: string, taken: ReadonlySet<string>): string {
  const base = profile === "openai-compatible" ? "local" : profile;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}
