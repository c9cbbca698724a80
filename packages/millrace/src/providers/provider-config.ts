import type { EmbeddedModel } from "./embedded/options.ts";
import type { GoogleOptions } from "./http/cloud-accounts.ts";
import type { AwsOptions } from "./signing/aws-signer.ts";
import type { OnDemandCommand } from "./on-demand/command.ts";
import type { Timeouts } from "./provider.ts";
import type { TlsOptions } from "./transport/tls.ts";

/** What a provider is made from: plain data, from a file, the environment or discovery. */
export interface ProviderConfig {
  /** Identifies the instance. */
  readonly name: string;
  /** Id or alias of a profile. */
  readonly profile: string;
  /** The profile's own by default. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  /** Several keys in place of one. */
  readonly apiKeys?: readonly string[];
  readonly tls?: TlsOptions;
  readonly timeouts?: Partial<Timeouts>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Overrides the profile's choice. */
  readonly streamUpstream?: boolean;
  /** The account of a cloud platform, for its profiles. */
  readonly aws?: AwsOptions;
  readonly google?: GoogleOptions;
  /** The model of the profile `embedded`. */
  readonly embedded?: EmbeddedModel;
  readonly context?: number;
  /** How to start its server, where it runs only while it is used. */
  readonly command?: OnDemandCommand;
  readonly source: ConfigSource;
}

/** Where a configuration came from, for reports. Never holds a value that was secret. */
export type ConfigSource =
  | { readonly kind: "file" }
  /** A variable of the environment; its name, not what it holds. */
  | { readonly kind: "environment"; readonly variable: string }
  | { readonly kind: "discovered"; readonly address: string }
  | { readonly kind: "built-in" };
