import type { CancelSignal } from "../model/cancellation.ts";
import type { Change } from "../model/change.ts";
import type { Clock } from "../model/clock.ts";
import type { Failure } from "../model/failure.ts";
import type { CostUsd } from "../model/money.ts";
import type { TokenUsage } from "../model/usage.ts";
import type { Operation } from "../providers/provider.ts";
import type { ResponseStore } from "./response-store.ts";

export type { ResponseStore, StoredResponse } from "./response-store.ts";

/** A client's request as the listener hands it over. */
export interface ClientRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly remoteAddress: string;
  /** Fires when the client leaves, at any stage, and never after the reply is complete. */
  readonly signal: CancelSignal;
  /**
   * Reads the body whole, once.
   *
   * @throws {RefusalError} `body_too_large`, `body_timeout` or `client_closed`
   */
  readBody(maxBytes: number): Promise<Uint8Array>;
}

/** The way back to the client. Writing after the client has left does nothing. */
export interface ClientReply {
  readonly headSent: boolean;
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** False when the client reads more slowly than we write: wait for `drained`. */
  write(bytes: Uint8Array | string): boolean;
  /** Resolves when there is room again, or when the client has left. */
  drained(): Promise<void>;
  end(bytes?: Uint8Array | string): void;
}

/** Who is calling. */
export interface Principal {
  /** The key's name in the configuration; `open` where no key is needed. */
  readonly name: string;
  /** Names and `*` patterns of models the key may use; absent means all. */
  readonly models?: readonly string[];
}

export interface KeyStore {
  /** Without keys everyone may call. */
  readonly open: boolean;
  /** Compares in constant time. */
  find(credential: string): Principal | undefined;
}

export interface Ids {
  /** This gateway's own, by which it knows a request that it made itself. */
  readonly gatewayId: string;
  /** Unique, unguessable, safe in a header. */
  requestId(): string;
}

/** Places for requests that are served at once. Several gateways may share them. */
export interface Seats {
  /** Takes one of `max` places, 0 meaning no limit; gives how many are taken with it, or undefined when none is free. */
  take(max: number): number | undefined;
  giveBack(): void;
}

/** What happened on one call to one target. */
export interface AttemptRecord {
  readonly provider: string;
  readonly model: string;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly outcome: "answered" | "failed" | "cancelled";
  readonly failure?: Failure | undefined;
  /** The upstream's own id for the call. */
  readonly requestId?: string | undefined;
}

/** What routing said of a target, as `provider/model`. */
export interface TargetNote {
  readonly target: string;
  readonly reason: string;
  readonly score?: number | undefined;
}

/** What is kept of a request. */
export interface RequestRecord {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly receivedAtMs: number;
  readonly operation?: Operation | undefined;
  readonly principal?: string | undefined;
  /** The name the client asked for. */
  readonly model?: string | undefined;
  readonly stream?: boolean | undefined;
  /** Targets in the order they would be tried, each with why it is there. */
  readonly candidates: readonly TargetNote[];
  /** Targets that were not to be asked, each with why. */
  readonly excluded: readonly TargetNote[];
  readonly attempts: readonly AttemptRecord[];
  /** `provider/model` that answered. */
  readonly target?: string | undefined;
  readonly changes: readonly Change[];
  /** The status the client was sent; absent when it left before one. */
  readonly status?: number | undefined;
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly failure?: Failure | undefined;
  readonly finishReason?: string | undefined;
  readonly usage?: TokenUsage | undefined;
  readonly costUsd: CostUsd;
  readonly firstContentMs?: number | undefined;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly replyBytes: number;
}

export interface RecordStore {
  add(record: RequestRecord): void;
}

/** One line per event; fields never hold a credential or a prompt. */
export interface Log {
  info(event: string, fields: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields: Readonly<Record<string, unknown>>): void;
  error(event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Everything the gateway needs of the world, as arguments. */
export interface GatewayPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  /** At least 0 and below 1. */
  readonly random: () => number;
  readonly records: RecordStore;
  readonly responses: ResponseStore;
  readonly log: Log;
  /** By default the gateway has its own. */
  readonly seats?: Seats;
}
