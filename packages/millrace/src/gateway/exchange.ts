import type { Change } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { ForwardReply, Operation, RequestBody } from "../providers/provider.ts";
import type { Catalog } from "./catalog.ts";
import type { Dialect } from "./dialect.ts";
import type { Gate } from "./gate.ts";
import type { Call } from "./fleet/fleet.ts";
import type { Room } from "./line/room.ts";
import type { Live } from "./live.ts";
import type { Outlet } from "./outlet.ts";
import type { ModelRoute, Plan, Target } from "./plan.ts";
import type { ClientRequest, GatewayPorts, Principal } from "./ports.ts";
import type { Relay } from "./relays/relay.ts";
import type { Candidate, Excluded, Preferences } from "./routing/question.ts";

export type { Candidate } from "./routing/question.ts";

/**
 * A request and everything that happens to it. It travels through the stages; each one adds what
 * it found and rewrites nothing, so a stage's parameter type says which stages came before.
 */
export interface Exchange {
  readonly id: string;
  readonly operation: Operation;
  readonly dialect: Dialect;
  /** What the path says that a body says elsewhere. */
  readonly named: NamedInPath | undefined;
  readonly request: ClientRequest;
  readonly outlet: Outlet;
  /** The plan it started with; a reload does not reach it. */
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly live: Live;
  readonly gate: Gate;
  readonly ports: GatewayPorts;
  /** What settle needs on every ending, including those that no stage returned from. */
  readonly draft: RecordDraft;
}

/** What Gemini's dialect has in the path. */
export interface NamedInPath {
  readonly model: string;
  readonly stream: boolean;
}

/** The request's head is one we can serve. */
export interface Announced extends Exchange {
  /** From `content-length`; absent where the client does not say. */
  readonly announcedBytes: number | undefined;
  /** Marks of the gateways that the request came through. */
  readonly via: readonly string[] | undefined;
}

/** Somebody is calling. */
export interface Identified extends Announced {
  readonly principal: Principal;
}

/** There is room for the request. */
export interface Seated extends Identified {
  /** How many requests were being served with this one, wherever seats are shared. */
  readonly seat: number;
}

/** What routing and relaying need to know of a body, found once. */
export interface Facts {
  /** The name the client asked for. */
  readonly model: string;
  readonly stream: boolean;
  /** The client asked for the usage chunk of a stream. */
  readonly wantsUsage: boolean;
  /** What ties the requests of one conversation together, where the client says. */
  readonly sessionKey: string | undefined;
  readonly preferences: Preferences | undefined;
}

/** The body is read, parsed and fit for its dialect. */
export interface Accepted extends Seated {
  readonly body: RequestBody;
  readonly facts: Facts;
}

/** The caller may use the model that it asked for. */
export interface Admitted extends Accepted {
  /** Patterns of names the caller may see; absent means all. */
  readonly visibleModels: readonly string[] | undefined;
}

/** There is at least one target to try. */
export interface Routed extends Admitted {
  /** Absent for a target that was named, or that alone has the model. */
  readonly route: ModelRoute | undefined;
  readonly candidates: readonly Candidate[];
  /** The name has one target only. */
  readonly alone: boolean | undefined;
  /** What the conversation is known by, where it stays with its target. */
  readonly conversation: string | undefined;
}

/** A target answers; nothing of its answer has been sent. */
export interface Attempted extends Routed {
  readonly candidate: Candidate;
  readonly attempt: AttemptDraft;
  readonly reply: ForwardReply;
  readonly relay: Relay;
}

/** One call to one target, as far as it got. */
export interface AttemptDraft {
  readonly candidate: Candidate;
  /** Its place at the server, until it has ended. */
  readonly room: Room;
  readonly call: Call;
  readonly startedMs: number;
  relay: Relay | undefined;
  requestId: string | undefined;
  ended: { readonly atMs: number; readonly failure: Failure | undefined } | undefined;
}

/** The request's record while it is being written: each field is set by one stage. */
export interface RecordDraft {
  readonly receivedAtMs: number;
  readonly startedMs: number;
  readonly attempts: AttemptDraft[];
  principal: string | undefined;
  facts: Facts | undefined;
  requestBytes: number;
  candidates: readonly Candidate[];
  excluded: readonly Excluded[];
  changes: readonly Change[];
  /** The relay of the latest attempt: it knows usage and finish, also of a stream that was cut. */
  relay: Relay | undefined;
  firstContentMs: number | undefined;
  failure: Failure | undefined;
  /** Several targets were asked in vain, and this is the most telling of what they said. */
  gaveUpOn: Failure | undefined;
}

/** The draft of a request that has just come in. */
export function openDraft(clock: GatewayPorts["clock"]): RecordDraft {
  return {
    receivedAtMs: clock.wallNow(),
    startedMs: clock.now(),
    attempts: [],
    principal: undefined,
    facts: undefined,
    requestBytes: 0,
    candidates: [],
    excluded: [],
    changes: [],
    relay: undefined,
    firstContentMs: undefined,
    failure: undefined,
    gaveUpOn: undefined,
  };
}

/** How a target is written for people and in headers: `provider/model`. */
export function targetName(target: Target): string {
  return `${target.provider.name}/${target.model}`;
}
