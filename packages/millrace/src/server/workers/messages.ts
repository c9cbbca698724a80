import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { ListenAddress, Settings } from "../config/settings.ts";
import type { LogFormat } from "../log/log.ts";
import type { BatchContent } from "./batch.ts";

/** Settings that can cross to another thread: what is left out are functions. */
export type PlainSettings = Omit<Settings, "origin">;

/** What a worker serves with. */
export interface InForce {
  readonly settings: PlainSettings;
  /** Everything that can be called, as the main thread found it. */
  readonly configs: readonly ProviderConfig[];
  /** Why the configuration file, as it is now, is not in force. */
  readonly problem?: string;
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly inForce: InForce;
  readonly gatewayId: string;
  /** Its number, from 1. */
  readonly worker: number;
  readonly logFormat: LogFormat;
  readonly seats: Int32Array<SharedArrayBuffer>;
  readonly unread: Int32Array<SharedArrayBuffer>;
}

/** What the main thread asks of a worker. Each gets one {@link Answer}, in order; the first answer is that it has started. */
export type Order =
  | { readonly kind: "listen"; readonly address: ListenAddress }
  /** Make everything that these settings need, and change nothing. */
  | { readonly kind: "prepare"; readonly inForce: InForce }
  /** Put in force what was prepared, or forget it. */
  | { readonly kind: "commit" }
  | { readonly kind: "discard" }
  | { readonly kind: "problem"; readonly problem: string }
  | { readonly kind: "stop"; readonly limitMs: number };

export type Answer =
  /** `left` answers `stop`: how many requests were cancelled. */
  | { readonly kind: "done"; readonly left: number }
  | { readonly kind: "failed"; readonly message: string; readonly code?: string };

export type FromWorker = Answer | ({ readonly kind: "batch" } & BatchContent);
