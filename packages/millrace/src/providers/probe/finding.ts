import type { JsonObject } from "../../model/json.ts";
import type { ModelState } from "../profiles/profile.ts";

/**
 * What became of a feature. `unknown` is what cannot be known from outside, or was not answered: it is
 * never a guess.
 */
export type Verdict = "yes" | "no" | "partly" | "unknown";

/** Something that differs from the standard. */
export interface Departure {
  /** What the server does. */
  readonly what: string;
  /** What that means for clients. */
  readonly means: string;
}

/** What the replies to a probe say. */
export interface Judgement {
  readonly verdict: Verdict;
  /** For people, in a few words. */
  readonly summary: string;
  /** For programs; names as in a configuration file. */
  readonly facts: JsonObject;
  readonly departures: readonly Departure[];
}

/** A judgement and the probe that made it. */
export interface Finding extends Judgement {
  readonly name: string;
}

/** A model that the server lists. */
export interface FoundModel {
  readonly id: string;
  readonly state: ModelState;
  /** Tokens of one conversation, where the server says. */
  readonly contextLength?: number;
  /** Which field says so. */
  readonly contextLengthFrom?: string;
}

/** What kind of server it is. */
export interface Identity {
  /** What people call it. */
  readonly kind: string;
  readonly version: string | undefined;
  /** The id of the profile that fits. */
  readonly profile: string;
}

/** What probing has cost. */
export interface Spending {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Answers that did not say what they cost. */
  readonly untold: number;
}

/** Which forms of the base URL serve. */
export interface AddressForms {
  readonly withVersion: boolean;
  readonly withoutVersion: boolean;
}

/** Everything that was found out about a server. */
export interface ProbeReport {
  readonly url: string;
  readonly baseUrl: string;
  /** Something that speaks like a model server is there. */
  readonly answers: boolean;
  readonly forms: AddressForms;
  readonly identity: Identity;
  /** Whether a key is needed, and whether one was sent. */
  readonly auth: { readonly needed: Verdict; readonly sent: boolean };
  readonly models: readonly FoundModel[];
  /** The models that were asked. */
  readonly asked: { readonly model?: string; readonly embeddingsModel?: string };
  readonly findings: readonly Finding[];
  readonly spending: Spending;
  /** Why the features could not be probed. */
  readonly problem?: string;
}

export function judged(
  verdict: Verdict,
  summary: string,
  facts: JsonObject = {},
  departures: readonly (Departure | undefined | false)[] = [],
): Judgement {
  return {
    verdict,
    summary,
    facts,
    departures: departures.filter((departure) => departure !== undefined && departure !== false),
  };
}
