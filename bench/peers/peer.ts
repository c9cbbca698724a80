import type { Running } from "../subjects.ts";

/** Another gateway that can be measured, where this machine can install it. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly recipe: Recipe;
  readonly headers: Readonly<Record<string, string>>;
  /** Starts a fresh process of what was installed into a folder. */
  start(folder: string, upstream: Upstream): Promise<Running>;
}

/** How a peer is put into an empty folder. */
export interface Recipe {
  /** Their names and contents. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands, run one after the other in the folder. */
  readonly steps: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Upstream {
  /** Without a path. */
  readonly url: string;
  /** The path of the certificate of its authority, where it speaks TLS. */
  readonly authority: string | undefined;
}
