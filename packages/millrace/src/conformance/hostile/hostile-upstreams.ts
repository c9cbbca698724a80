import { BODIES } from "./hostile-bodies.ts";
import { EVENTS } from "./hostile-events.ts";
import { FRAMING } from "./hostile-framing.ts";
import { HEADS } from "./hostile-heads.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";

/** Every kind of server that gives more than anyone should take. */
export const HOSTILE_UPSTREAMS: readonly HostileUpstream[] = [...HEADS, ...FRAMING, ...EVENTS, ...BODIES];
