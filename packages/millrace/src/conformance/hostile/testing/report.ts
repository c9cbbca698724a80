import type { HostileUpstream } from "../hostile-upstream.ts";
import type { Reading } from "./gauge.ts";

/** How a call ended. */
export interface Ending {
  /** The kind of the classified error, or what it was instead of one; absent after a success. */
  readonly error?: string;
  readonly message?: string;
  /** The code that a client of the gateway was told; absent where it was told of no error. */
  readonly told?: string;
}

/** A way to call a server at a base URL. */
export type Face = (baseUrl: string, hostile: HostileUpstream) => Promise<Ending>;

export interface Report extends Ending, Reading {
  readonly face: string;
  /** What ordinary work cost when the call was made. */
  readonly yardstickMs: number;
}
