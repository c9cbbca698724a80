import type { Health, ModelInfo } from "../../model/model-info.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import type { Warning } from "../../model/warning.ts";

/** One answer as the caller has it: whole, or as far as it came. */
export interface ObservedChoice {
  readonly text: string;
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly toolCalls: readonly ObservedCall[];
  readonly finish?: string;
  /** The server's own word for it; only the library tells. */
  readonly rawFinish?: string | null;
  readonly logprobs?: JsonValue;
  readonly audio?: JsonValue;
  readonly reasoningDetails?: JsonValue;
  /** Fields of the message or the choice that have no name here. */
  readonly extra?: JsonValue;
}

export interface ObservedCall {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly arguments: string;
  /** Why it must not be run; only the library tells. */
  readonly problem?: string;
  readonly extra?: JsonValue;
}

export interface ObservedError {
  /** The stable word: the kind, or a narrower one. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly param?: string;
  /** The upstream's own account. */
  readonly upstream?: { readonly [field: string]: JsonValue | undefined };
  /** Only the library tells these. */
  readonly kind?: string;
  readonly retry?: string;
  readonly partial?: boolean;
  readonly timeoutPhase?: string;
}

/** What the scripted server saw. */
export interface ObservedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as JSON; absent where there was none. */
  readonly body?: JsonValue;
}

/** Everything that a run of a case came to, whichever way it went. */
export interface Observed {
  /** By index. Of a failed stream, what had been given to the caller. */
  readonly choices: readonly ObservedChoice[];
  readonly model?: string;
  readonly usage?: Partial<TokenUsage>;
  /** Top-level fields that have no name here. */
  readonly extra?: JsonObject;
  readonly error?: ObservedError;
  readonly vectors?: readonly (readonly number[])[];
  readonly models?: readonly Partial<ModelInfo>[];
  readonly health?: Partial<Health>;
  readonly requests: readonly ObservedRequest[];
  /** Connections the scripted server took. */
  readonly connections: number;
  /** The scripted server's connections that were still carrying a call when the caller's was over. */
  readonly leftRunning: number;
  /** Only the library tells: warnings, and what happened in order. */
  readonly warnings?: readonly Warning["code"][];
  readonly events?: readonly string[];
  /** Only the gateway tells. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The stream closed with its terminal sign. */
  readonly done?: boolean;
}

/** A value as it has to be: the same, or matching, or (of objects) having at least these fields. */
export type Expected<T> = T extends string
  ? T | RegExp
  : T extends readonly (infer Item)[]
    ? readonly Expected<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Expected<T[Key]> | undefined }
      : T;

/** What a run has to have come to. A field that is named and `undefined` must be absent. */
export type Expectation = Expected<Observed>;
