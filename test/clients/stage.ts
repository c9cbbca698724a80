import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "./gateway.ts";
import type { Fault, UpstreamId } from "./upstream/dialect.ts";
import { type LoggedRequest, startUpstream } from "./upstream/scripted-upstream.ts";
import { startWireTap, type WireTap } from "./wire-tap.ts";

export interface StageOptions {
  readonly upstream: UpstreamId;
  readonly fault?: Fault | undefined;
  /** Without the gateway: shows what the client makes of the scripted server itself. */
  readonly direct: boolean;
}

/** All that a client needs around it, made for one run. */
export interface Stage {
  /** An empty folder, with `work` in it. */
  readonly home: string;
  /** What the client takes for the gateway. */
  readonly tap: WireTap;
  readonly upstream: readonly LoggedRequest[];
  readonly gatewayOutput: () => string;
}

/** Sets the stage, has something run on it, and takes all of it away again. */
export async function onStage<T>(options: StageOptions, run: (stage: Stage) => Promise<T>): Promise<T> {
  const takeAway: (() => Promise<unknown>)[] = [];
  try {
    const home = await mkdtemp(join(tmpdir(), "millrace-client-"));
    takeAway.push(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
    await mkdir(join(home, "work"));
    const upstream = await startUpstream(options.upstream, options.fault);
    takeAway.push(() => upstream.close());
    const gateway = options.direct ? undefined : await startGateway(upstream);
    if (gateway !== undefined) takeAway.push(() => gateway.stop());
    const tap = await startWireTap(gateway?.url ?? upstream.origin);
    takeAway.push(() => tap.close());
    return await run({ home, tap, upstream: upstream.log, gatewayOutput: () => gateway?.output() ?? "" });
  } finally {
    for (const take of takeAway.toReversed()) await take();
  }
}
