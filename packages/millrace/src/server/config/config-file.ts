import type { Strategy } from "../../gateway/plan.ts";

/** What a configuration file says, once it is known to be of the right shape: field by field, as it is written. */
export interface ConfigFile {
  readonly listen?: string | undefined;
  readonly workers?: number | undefined;
  readonly providers?: Readonly<Record<string, FileProvider>> | undefined;
  readonly models?: Readonly<Record<string, FileModel>> | undefined;
  readonly keys?: readonly FileKey[] | undefined;
  readonly timeouts?: FileTimeouts | undefined;
  readonly limits?:
    | {
        readonly body?: string | undefined;
        readonly answer?: string | undefined;
        readonly in_flight?: number | undefined;
        readonly attempts?: number | undefined;
      }
    | undefined;
  readonly keep_alive?: Duration | undefined;
  readonly start_wait?:
    | {
        readonly loading?: Duration | undefined;
        readonly absent?: Duration | undefined;
        readonly elsewhere?: boolean | undefined;
      }
    | undefined;
  readonly strict?: boolean | undefined;
  readonly queue?: { readonly max_wait?: Duration | undefined; readonly length?: number | undefined } | undefined;
  readonly probe_interval?: Duration | undefined;
  readonly discovery_interval?: Duration | undefined;
  readonly model_list?: { readonly ttl?: Duration | undefined; readonly timeout?: Duration | undefined } | undefined;
  readonly shutdown_timeout?: Duration | undefined;
  readonly discovery?: boolean | undefined;
  readonly simulator?: boolean | undefined;
}

export interface FileProvider {
  readonly profile: string;
  readonly base_url?: string | undefined;
  readonly api_key?: string | undefined;
  readonly api_keys?: readonly string[] | undefined;
  readonly tls?: FileTls | undefined;
  readonly timeouts?: FileTimeouts | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly stream_upstream?: boolean | undefined;
  readonly slots?: number | undefined;
  readonly aws?:
    | {
        readonly region?: string | undefined;
        readonly access_key_id?: string | undefined;
        readonly secret_access_key?: string | undefined;
        readonly session_token?: string | undefined;
      }
    | undefined;
  readonly google?:
    | {
        readonly credentials?: string | undefined;
        readonly project?: string | undefined;
        readonly location?: string | undefined;
      }
    | undefined;
  readonly model?: string | undefined;
  readonly context?: number | undefined;
  readonly threads?: number | undefined;
  readonly gpu?: "auto" | "off" | undefined;
  readonly prices?: Readonly<Record<string, FilePrice>> | undefined;
  readonly command?: string | readonly string[] | undefined;
  readonly idle?: Duration | undefined;
  readonly group?: string | undefined;
  readonly group_size?: number | undefined;
  readonly start_timeout?: Duration | undefined;
  readonly stop_timeout?: Duration | undefined;
  readonly room_timeout?: Duration | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly models?: readonly string[] | undefined;
}

/** US dollars for a million tokens. */
export interface FilePrice {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number | undefined;
  readonly cache_write?: number | undefined;
  readonly cache_write_1h?: number | undefined;
}

/** `provider/model`, or that with a weight. */
export type FileTarget = string | { readonly target: string; readonly weight?: number | undefined };

/** In order; an inner list is a group of equals. */
export type FileTargets = readonly (FileTarget | readonly FileTarget[])[];

export type FileModel =
  | FileTargets
  | {
      readonly targets: FileTargets;
      readonly strategy?: Strategy | undefined;
      readonly affinity?: boolean | undefined;
      readonly on_context_overflow?: readonly string[] | undefined;
      readonly on_refusal?: readonly string[] | undefined;
      readonly hedge?: boolean | undefined;
    };

export interface FileTls {
  readonly ca?: readonly string[] | undefined;
  readonly pins?: readonly string[] | undefined;
  readonly client_certificate?: string | undefined;
  readonly client_key?: string | undefined;
}

export interface FileTimeouts {
  readonly connect?: Duration | undefined;
  readonly first_byte?: Duration | undefined;
  readonly first_content?: Duration | undefined;
  readonly idle?: Duration | undefined;
}

export interface FileKey {
  readonly name: string;
  readonly key: string;
  readonly models?: readonly string[] | undefined;
}

/** Such as `5s`, or 0. */
export type Duration = string | number;
