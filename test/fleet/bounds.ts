import type { FleetBounds } from "../../packages/millrace/src/conformance/fleet/invariants.ts";

/** What must hold of the gateway in every scenario of these tests. */
export const BOUNDS: FleetBounds = { maxWaitMs: 120_000, herdShare: 0.6, affinityBytes: 8 * 1024 * 1024 };
