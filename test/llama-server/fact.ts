import type { Ask } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import type { Expectation } from "../../packages/millrace/src/conformance/cases/observed.ts";
import type { ServerKind } from "./live-server.ts";

/** What a caller must come to know of one exchange, whether its server is a recording or runs. */
export interface Fact {
  /** Of the recorded exchange, whose request is asked. */
  readonly title: string;
  /** Asked in its place, where nothing of ours can send the recorded request. */
  readonly ask?: Ask;
  /**
   * Of a health check: the exchange in which the list of models was asked for. The library asks for it second,
   * the gateway for nothing else.
   */
  readonly list?: string;
  readonly expected: Expectation;
  /** What differs for a caller of the library, or a client of the gateway. */
  readonly library?: Expectation;
  readonly gateway?: Expectation;
  /** What only the recording says: another run gives other ids, and finds other tokens cached. */
  readonly recorded?: Expectation;
  /** Why it cannot be asked of the gateway. */
  readonly notThroughGateway?: string;
  /** Why a running server may answer otherwise. */
  readonly notLive?: string;
}

/** The facts of one file of recorded exchanges. */
export interface FactSheet {
  /** Under `fixtures/llama-server`. */
  readonly file: string;
  /** Which running server answers the same; none where that takes more than one request. */
  readonly server?: ServerKind;
  readonly facts: readonly Fact[];
  /** The exchanges that nothing of ours asks for, each with the reason. */
  readonly notAsked?: Readonly<Record<string, string>>;
}

/** What the library's caller is given of a stream, in order, when these are its deltas. */
export function streamed(kind: "text-delta" | "reasoning-delta", deltas: readonly string[]): string[] {
  return deltas.map((text) => `${kind} ${text}`);
}

/** The events of a whole stream with these between its first and its last. */
export function events(...between: readonly string[]): { readonly events: readonly string[] } {
  return { events: ["start", "metadata", ...between, "metadata", "usage", "choice-finish", "finish"] };
}
