import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import { ProviderError } from "../../model/errors.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { readBody } from "../transport/read-body.ts";
import type { Transport } from "../transport/transport.ts";
import { identify, pathOf, PROBE_PATHS, type ProbeReply } from "./fingerprints.ts";

/** Where to look. */
export interface Place {
  /** `host:port`. */
  readonly address: string;
  /** The profile of the server that was there the last time: where it still is, one question is enough. */
  readonly expected?: string | undefined;
}

/** What was met at an address. */
export interface Sighting {
  readonly address: string;
  /**
   * - `server`: a model server of a kind that is known.
   * - `stranger`: something else.
   * - `unclear`: no answer in time, or an error that may pass.
   * - `absent`: nothing.
   */
  readonly met: "server" | "stranger" | "unclear" | "absent";
  /** The kind of server. */
  readonly profile?: string;
  /** Something spoke HTTP. */
  readonly answered: boolean;
}

export interface LookOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** For all of it together, in milliseconds. */
  readonly budgetMs?: number;
  readonly signal?: CancelSignal;
}

/** Generous for a loopback connection, short enough to wait for at start. */
const BUDGET_MS = 700;
const REPLY_BYTES_MAX = 1024 * 1024;

/** Asks all places at once who is there. */
export async function lookAt(places: readonly Place[], options: LookOptions): Promise<readonly Sighting[]> {
  const { budgetMs = BUDGET_MS, clock, transport } = options;
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const timer = clock.setTimer(budgetMs, abort);
  options.signal?.addEventListener("abort", abort);
  if (options.signal?.aborted === true) abort();
  try {
    return await Promise.all(places.map((place) => sight(place, transport, stop.signal)));
  } finally {
    timer.cancel();
    options.signal?.removeEventListener("abort", abort);
  }
}

async function sight({ address, expected }: Place, transport: Transport, signal: AbortSignal): Promise<Sighting> {
  const replies = new Map<string, ProbeReply>();
  // One after the other: a refused connection answers for all the rest.
  for (const path of pathsFor(expected)) {
    const reply = await ask(`http://${address}${path}`, transport, signal);
    if (reply instanceof ProviderError) return sighting(address, replies, reply);
    replies.set(path, reply);
    if (replies.size === 1 && expected !== undefined && identify(replies) === expected) break;
  }
  return sighting(address, replies, undefined);
}

/** The path that gives the expected server away goes first. */
function pathsFor(expected: string | undefined): readonly string[] {
  const first = expected === undefined ? undefined : pathOf(expected);
  return first === undefined ? PROBE_PATHS : [first, ...PROBE_PATHS.filter((path) => path !== first)];
}

function sighting(
  address: string,
  replies: ReadonlyMap<string, ProbeReply>,
  error: ProviderError | undefined,
): Sighting {
  const answered = replies.size > 0;
  const profile = identify(replies);
  if (profile !== undefined) return { address, met: "server", profile, answered };
  if (!answered && error?.kind === "connection") return { address, met: "absent", answered };
  const mayPass = error !== undefined && error.kind !== "protocol";
  const fails = [...replies.values()].some(({ status }) => status >= 500);
  return { address, met: mayPass || fails ? "unclear" : "stranger", answered };
}

const NO_LIMITS = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };

/** The reply, or why there was none: nothing there, not HTTP, or no time left. */
async function ask(url: string, transport: Transport, signal: AbortSignal): Promise<ProbeReply | ProviderError> {
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
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
