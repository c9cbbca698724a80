import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import type { JsonValue } from "../../model/json.ts";
import type { Reply, Step, StreamCut } from "../cases/conformance-case.ts";
import type { ObservedRequest } from "../cases/observed.ts";
import type { FakeClock } from "../fake-clock.ts";
import type { UpstreamExchange } from "../scripted-upstream/exchange.ts";
import { chunk } from "../scripted-upstream/reply-bytes.ts";
import { createScriptedUpstream, type ScriptedUpstream } from "../scripted-upstream/scripted-upstream.ts";

/** A scripted server that plays the replies of one case. */
export interface Stage {
  readonly url: string;
  readonly clock: FakeClock;
  /** Resolves when what was sent has been read, and connections are free again. */
  settled(): Promise<void>;
  /** What the server saw, once the caller's call is over. */
  report(): Promise<{
    readonly requests: ObservedRequest[];
    readonly connections: number;
    readonly leftRunning: number;
  }>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly replies: readonly Reply[];
  /** When the server begins to listen; by default at once. */
  readonly startsAfterMs?: number | undefined;
  readonly cut: StreamCut;
  readonly clock: FakeClock;
  /** Called where the case says that the caller leaves. */
  readonly leave: () => void;
}

/** Turns of the event loop in which bytes on loopback reach a reader, and what it answers comes back. */
const HOP_TURNS = 8;
/** Turns that a subject may take for what it has to come to by itself. */
const END_TURNS = 400;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { replies, clock, startsAfterMs } = options;
  const playing = new Map<UpstreamExchange, Reply>();
  const upstream = await createScriptedUpstream(async (exchange, index) => {
    const reply = replies[Math.min(index, replies.length - 1)] ?? [];
    playing.set(exchange, reply);
    for (const step of reply) await take(step, exchange, options);
  });
  const stop = new AbortController();
  if (startsAfterMs !== undefined) await startLate(upstream, clock, startsAfterMs, stop.signal);
  return {
    url: upstream.url,
    clock,
    settled: hop,
    report: async () => ({
      leftRunning: await countLeftRunning(playing),
      requests: upstream.exchanges.map(({ request }) => observedRequest(request)),
      connections: upstream.connections,
    }),
    close: () => {
      stop.abort();
      return upstream.close();
    },
  };
}

/** What time passes while nobody can be asked. */
const LATE_STEP_MS = 100;

/** The clock goes on by itself until the server has been asked, since no reply can move it. */
async function startLate(
  upstream: ScriptedUpstream,
  clock: FakeClock,
  startsAfterMs: number,
  stop: AbortSignal,
): Promise<void> {
  await upstream.stopListening();
  const passTime = async (): Promise<void> => {
    for (let ms = 0; upstream.exchanges.length === 0 && !stop.aborted; ms += LATE_STEP_MS) {
      if (ms === startsAfterMs) await upstream.listenAgain();
      await hop();
      clock.advance(LATE_STEP_MS);
    }
  };
  void passTime();
}

async function take(step: Step, exchange: UpstreamExchange, { cut, clock, leave }: StageOptions): Promise<void> {
  if ("send" in step) await exchange.send(step.send);
  else if ("events" in step) await exchange.sendPieces(cutUp(step.events, cut).map((piece) => chunk(piece)));
  else if ("passMs" in step) {
    await hop();
    await untilWaitedFor(clock);
    clock.advance(step.passMs);
  } else if ("caller" in step) {
    await hop();
    leave();
  } else if (step.end === "reset") {
    await hop();
    exchange.reset();
  } else if (step.end === "close") exchange.close();
  else exchange.halfClose();
}

/** The bytes of a stream in the pieces that they are written in. */
function cutUp(events: string | Uint8Array, cut: StreamCut): Buffer[] {
  const bytes = Buffer.from(events);
  switch (cut.kind) {
    case "whole":
      return bytes.length === 0 ? [] : [bytes];
    case "bytewise":
      return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    case "at":
      return [bytes.subarray(0, cut.offset), bytes.subarray(cut.offset)].filter((piece) => piece.length > 0);
  }
}

async function hop(): Promise<void> {
  for (let turns = 0; turns < HOP_TURNS; turns += 1) await turnEverywhere();
}

/** Time that passes before the subject has set its timer is lost, and nothing would ever move it again. */
async function untilWaitedFor(clock: FakeClock): Promise<void> {
  for (let turns = 0; turns < END_TURNS && clock.pending === 0; turns += 1) await turnEverywhere();
}

async function turnEverywhere(): Promise<void> {
  await turn();
  await elsewhere("");
}

/** A task for the threads on which what is compressed is decoded, so that those tasks have their turn too. */
const elsewhere = promisify<string, Buffer>(deflateRaw);

/** A reply that was not given to its end must not go on once nobody waits for it. */
async function countLeftRunning(playing: ReadonlyMap<UpstreamExchange, Reply>): Promise<number> {
  const unfinished = [...playing].filter(([, reply]) => !isFinished(reply)).map(([exchange]) => exchange);
  let running = unfinished;
  for (let turns = 0; turns < END_TURNS && running.length > 0; turns += 1) {
    await turnEverywhere();
    running = unfinished.filter((exchange) => !exchange.isClosed);
  }
  return running.length;
}

function isFinished(reply: Reply): boolean {
  const last = reply.at(-1);
  return last !== undefined && ("send" in last || "end" in last);
}

function observedRequest(request: UpstreamExchange["request"]): ObservedRequest {
  const { method, path, headers, body } = request;
  return { method, path, headers, ...(body !== "" && { body: JSON.parse(body) as JsonValue }) };
}
