import type { OpenFleetSubject } from "../../packages/millrace/src/conformance/fleet/fleet-subject.ts";
import { openHashing } from "../../packages/millrace/src/conformance/fleet/hashing.ts";
import { gatewaySubject } from "./gateway-subject.ts";

export interface NamedSubject {
  readonly title: string;
  readonly open: OpenFleetSubject;
}

const PROBES = { probeMs: 5000 };

/** What the gateway does by default where several targets are equals. */
export const adaptiveWithAffinity: NamedSubject = {
  title: "`adaptive`, `affinity`",
  open: gatewaySubject({ strategy: "adaptive", affinity: true, plan: PROBES }),
};

export const plainHashing: NamedSubject = { title: "hash of the conversation", open: openHashing };

/** Everything that is compared. */
export const SUBJECTS: readonly NamedSubject[] = [
  adaptiveWithAffinity,
  {
    title: "`adaptive`",
    open: gatewaySubject({ strategy: "adaptive", affinity: false, plan: PROBES }),
  },
  {
    title: "`least-busy`",
    open: gatewaySubject({ strategy: "least-busy", affinity: false, plan: PROBES }),
  },
  {
    title: "`round-robin`",
    open: gatewaySubject({ strategy: "round-robin", affinity: false, plan: PROBES }),
  },
  plainHashing,
];
