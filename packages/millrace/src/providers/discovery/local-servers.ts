import type { Clock } from "../../model/clock.ts";
import { ProviderError } from "../../model/errors.ts";
import { parseJson } from "../../wire/json/parse.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { readBody } from "../transport/read-body.ts";
import type { Transport } from "../transport/transport.ts";
import { identify, PROBE_PATHS, type ProbeReply } from "./fingerprints.ts";

/** Where model servers listen by default: llama.cpp and LocalAI, Ollama, LM Studio, vLLM, SGLang. */
const WELL_KNOWN_ADDRESSES: readonly string[] = [
  "127.0.0.1:8080",
  "127.0.0.1:11434",
  "127.0.0.1:1234",
  "127.0.0.1:8000",
  "127.0.0.1:30000",
];

export interface LocalProbeOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** `host:port` each. */
  readonly addresses?: readonly string[];
  /** For all of it together, in milliseconds. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

export interface LocalFindings {
  readonly providers: readonly ProviderConfig[];
  /** Addresses where something answers that is no model server we know. */
  readonly unknown: readonly string[];
}

/** Generous for a loopback connection, short enough to wait for at start. */
const BUDGET_MS = 700;
const REPLY_BYTES_MAX = 1024 * 1024;

/** Asks the well-known ports of this machine, all at once, which model servers listen there. */
export async function findLocalServers(options: LocalProbeOptions): Promise<LocalFindings> {
  const { addresses = WELL_KNOWN_ADDRESSES, budgetMs = BUDGET_MS, clock } = options;
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const timer = clock.setTimer(budgetMs, abort);
  options.signal?.addEventListener("abort", abort);
  try {
    const probed = await Promise.all(addresses.map((address) => probe(address, options.transport, stop.signal)));
    return findingsOf(probed);
  } finally {
    timer.cancel();
    options.signal?.removeEventListener("abort", abort);
  }
}

interface Probed {
  readonly address: string;
  readonly answers: boolean;
  readonly profile: string | undefined;
}

function findingsOf(probed: readonly Probed[]): LocalFindings {
  const providers: ProviderConfig[] = [];
  const unknown: string[] = [];
  for (const { address, answers, profile } of probed) {
    if (profile !== undefined) {
      providers.push({
        name: freeName(profile, providers),
        profile,
        baseUrl: `http://${address}`,
        source: { kind: "discovered", address },
      });
    } else if (answers) {
      unknown.push(address);
    }
  }
  return { providers, unknown };
}

/** Two servers of one kind are told apart by a number. */
function freeName(profile: string, taken: readonly ProviderConfig[]): string {
  const names = new Set(taken.map(({ name }) => name));
  const base = profile === "openai-compatible" ? "local" : profile;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!names.has(name)) return name;
  }
}

async function probe(address: string, transport: Transport, signal: AbortSignal): Promise<Probed> {
  const replies = new Map<string, ProbeReply>();
  // One after the other: a refused connection answers for all the rest.
  for (const path of PROBE_PATHS) {
    const reply = await ask(`http://${address}${path}`, transport, signal);
    if (reply === undefined) break;
    replies.set(path, reply);
  }
  return { address, answers: replies.size > 0, profile: identify(replies) };
}

const NO_LIMITS = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };

async function ask(url: string, transport: Transport, signal: AbortSignal): Promise<ProbeReply | undefined> {
  try {
    const reply = await transport.send({
      method: "GET",
      url,
      headers: { accept: "application/json, text/plain" },
      signal,
      timeouts: NO_LIMITS,
    });
    const text = new TextDecoder().decode(await readBody(reply.body, { maxBytes: REPLY_BYTES_MAX, cut: true }));
    const parsed = parseJson(text);
    return { status: reply.status, headers: reply.headers, text, json: parsed.ok ? parsed.value : undefined };
  } catch (error) {
    // Nothing there, not HTTP, or no time left: either way nothing to be found at this address.
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}
