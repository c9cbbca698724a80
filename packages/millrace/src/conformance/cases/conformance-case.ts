import type { JsonObject } from "../../model/json.ts";
import type { Limits } from "../../model/limits.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import type { Timeouts } from "../../providers/provider.ts";
import type { ReplyRules, RequestRules } from "../../wire/chat-completions/rules.ts";
import type { Expectation } from "./observed.ts";

/** One row of the catalogue, or one variant of it: what a server sends, and what a caller must come to know. */
export interface ConformanceCase {
  /** The number in the catalogue. */
  readonly number: number;
  /** Tells several cases of one number apart. */
  readonly variant?: string;
  readonly title: string;
  readonly setup?: CaseSetup;
  /** What the caller asks; by default a chat that streams. */
  readonly ask?: Ask;
  /** How often the caller asks, one call after the other; what it comes to know is of the last. By default once. */
  readonly calls?: number;
  /** The server starts to listen only then; until the first request has come, time passes by itself. */
  readonly startsAfterMs?: number;
  /** The caller has left before it asks. */
  readonly callerGone?: true;
  /** What the server does with each request, in order; the last one is for all that follow. */
  readonly replies: readonly Reply[];
  /** What both a caller of the library and a client of the gateway must come to know. */
  readonly expected: Expectation;
  /** What differs for one of the two, field by field. */
  readonly library?: Expectation;
  readonly gateway?: Expectation;
  /** Why it cannot be asked of one of the two. */
  readonly notApplicable?: { readonly library?: string; readonly gateway?: string };
  /** Why it does not hold yet. A case that holds after all fails, so that this list can only shrink. */
  readonly notMet?: { readonly library?: string; readonly gateway?: string };
}

/** How the subject is set up, where that differs from its defaults. */
export interface CaseSetup {
  /** The id of the profile; by default one of which nothing is known. */
  readonly profile?: string;
  readonly replyRules?: Partial<ReplyRules>;
  readonly requestRules?: Partial<RequestRules>;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<Limits>;
  readonly apiKey?: string;
  /** Put in place of the scripted server's `http://127.0.0.1:PORT`, from its own form: `{url}/v1/`. */
  readonly baseUrl?: string;
  readonly streamUpstream?: boolean;
  /** Times that a failed call may be sent again; by default none. */
  readonly retries?: number;
}

/** What the caller asks, as an OpenAI client would write it. */
export type Ask =
  | { readonly call: "stream" | "whole"; readonly body?: JsonObject }
  | { readonly call: "embeddings"; readonly request: Omit<EmbeddingsRequest, "model"> }
  | { readonly call: "models" }
  | { readonly call: "health" };

/** What a server does, step by step, after it has read a request. */
export type Reply = readonly Step[];

export type Step =
  /** Exactly these bytes, in one write. */
  | { readonly send: string | Uint8Array }
  /** Bytes of a stream inside the chunked coding, cut as the run says. */
  | { readonly events: string | Uint8Array }
  /** The clock of the subject goes on, once it has read what was sent. */
  | { readonly passMs: number }
  /** The caller goes away, once it has been given what was sent. */
  | { readonly caller: "leaves" }
  | { readonly end: "close" | "half-close" | "reset" };

/** How the bytes of a stream are cut into writes. */
export type StreamCut =
  | { readonly kind: "whole" }
  | { readonly kind: "bytewise" }
  | { readonly kind: "at"; readonly offset: number };

/** `17`, or `76 http-date` for a variant. */
export function caseName({ number, variant }: ConformanceCase): string {
  return variant === undefined ? String(number) : `${number} ${variant}`;
}
