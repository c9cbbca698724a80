import type { Wire } from "./agents/agent.ts";
import type { ClientId } from "./packages.ts";
import type { UpstreamId } from "./upstream/dialect.ts";

/** What came of one client on one wire, against one upstream, with one fault or none. */
export interface Result {
  readonly client: ClientId;
  readonly version: string;
  readonly wire: Wire;
  /** Another way of the same client over the same wire. */
  readonly variant?: string;
  readonly upstream: UpstreamId;
  readonly fault?: string;
  /** What was wrong; nothing where it passed. */
  readonly problems: readonly string[];
  readonly requests: number;
  readonly seconds: number;
}

/** Which run it was. */
export type CaseIdentity = Omit<Result, "problems" | "requests" | "seconds">;

export function resultName({ client, wire, variant, upstream, fault }: CaseIdentity): string {
  return [client, spoken({ wire, variant }), upstream, ...(fault === undefined ? [] : [fault])].join(" / ");
}

/** What a client speaks, and how, where there are two ways. */
export function spoken({ wire, variant }: { readonly wire: Wire; readonly variant?: string | undefined }): string {
  return variant === undefined ? wire : `${wire}, ${variant}`;
}
