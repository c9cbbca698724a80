import type { LeftOut } from "../results.ts";
import type { Subject } from "../subjects.ts";
import { startUpstreams, type Upstreams } from "../upstreams.ts";
import { WORKLOADS } from "../workloads.ts";
import { bifrost } from "./bifrost.ts";
import { gomodel } from "./gomodel.ts";
import { install } from "./installation.ts";
import { litellm } from "./litellm.ts";
import type { Peer } from "./peer.ts";
import { portkey } from "./portkey.ts";
import { probe } from "./probe.ts";

const PEERS: readonly Peer[] = [portkey, litellm, bifrost, gomodel];

/** Who is measured beside millrace; who is not, or not under some load, and why. */
export interface Peers {
  readonly subjects: Subject[];
  readonly leftOut: LeftOut[];
}

/** Installs other gateways, and asks each what it will be measured with: only right answers count. */
export async function peers(): Promise<Peers> {
  const found: Peers = { subjects: [], leftOut: [] };
  const upstreams = await startUpstreams();
  try {
    for (const peer of PEERS) {
      try {
        await admit(peer, upstreams, found);
      } catch (error) {
        found.leftOut.push({ title: peer.title, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  } finally {
    await upstreams.stop();
  }
  for (const { title, reason } of found.leftOut) process.stderr.write(`${title} is left out: ${reason}\n`);
  return found;
}

async function admit(peer: Peer, upstreams: Upstreams, { subjects, leftOut }: Peers): Promise<void> {
  const folder = await install(peer);
  const subject: Subject = {
    name: peer.name,
    title: peer.title,
    headers: peer.headers,
    start: (port, authority) => {
      const scheme = authority === undefined ? "http" : "https";
      return peer.start(folder, { url: `${scheme}://127.0.0.1:${port}`, authority });
    },
  };
  process.stderr.write(`${peer.title}: asked each question once\n`);
  const { answered, failed } = await probe(subject, upstreams, WORKLOADS);
  leftOut.push(...failed.map(({ workload, reason }) => ({ title: `${peer.title}: ${workload.title}`, reason })));
  if (answered.length > 0) subjects.push({ ...subject, workloads: answered });
}
