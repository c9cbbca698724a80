import type { Clock } from "../../model/clock.ts";
import type { Limits } from "../../model/limits.ts";
import type { Warning } from "../../model/warning.ts";
import type { EmbeddedModel } from "../embedded/options.ts";
import type { Profile } from "../profiles/profile.ts";
import type { Timeouts } from "../provider.ts";
import type { TlsOptions } from "../transport/tls.ts";
import type { AwsOptions } from "../signing/aws-signer.ts";
import type { Transport } from "../transport/transport.ts";
import type { GoogleOptions } from "./cloud-accounts.ts";

/** How to reach a model server, and how patient to be with it. Everything has a default. */
export interface HttpProviderOptions {
  /** Identifies this instance in errors, answers and model names. By default the profile's id. */
  readonly name?: string;
  /** Which kind of server it is: a profile, or the id of one. By default `openai-compatible`. */
  readonly profile?: string | Profile;
  /** With or without `/v1`, or `unix:/path/to.sock`. By default where such a server usually is. */
  readonly baseUrl?: string;
  /** Sent wherever it is given, to local servers too. An empty key is no key. */
  readonly apiKey?: string;
  /**
   * Several keys in place of one. The first is sent; with `retries` the next one takes over where a key is refused or
   * has reached its limit.
   */
  readonly apiKeys?: readonly string[];
  readonly tls?: TlsOptions;
  /** @see {@link DEFAULT_TIMEOUTS} */
  readonly timeouts?: Partial<Timeouts>;
  /** Sent with every request. They cannot replace the credential. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters of every request, such as `api-version`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  /** Whether the server is asked to stream even when one whole answer is wanted. By default the profile's choice. */
  readonly streamUpstream?: boolean;
  /**
   * How often `infer`, `embeddings`, `listModels` and, until its first event, `inferStream` send a request
   * again after a failure that may pass, such as a rate limit, waiting as long as the server says; one
   * that is loading its model is waited for, up to a minute. By default never: the caller decides.
   */
  readonly retries?: number;
  /**
   * The id of the gateway that this belongs to. Requests to anything but a service in its usual place are marked with
   * it, so that a request that comes back is recognised.
   */
  readonly via?: string;
  /** Who is calling AWS, and where: for the profile `bedrock`. The usual variables have what is not given. */
  readonly aws?: AwsOptions;
  /** Which account of Google's cloud is used: for the profiles `vertex` and `vertex-anthropic`. */
  readonly google?: GoogleOptions;
  /** The file and the engine of a model that is served from this process: for the profile `embedded`. */
  readonly embedded?: EmbeddedModel;
  /** Tokens of context that a server loads a model with, where its dialect can say that: Ollama's own. */
  readonly context?: number;
  readonly clock?: Clock;
  /** The way out; by default connections of its own. One that is given is not closed with the provider. */
  readonly transport?: Transport;
  /** Hears of what is odd about the set-up. By default it is a warning of the process. */
  readonly onWarning?: (warning: Warning) => void;
}

/** Long enough for a model that is loaded first and reads a long prompt on a processor. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  connect: 5_000,
  firstByte: 600_000,
  firstContent: 600_000,
  idle: 120_000,
};
