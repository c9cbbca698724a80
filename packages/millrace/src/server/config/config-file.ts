/** What a configuration file says, once it is known to be of the right shape: field by field, as it is written. */
export interface ConfigFile {
  readonly listen?: string | undefined;
  readonly workers?: number | undefined;
  readonly providers?: Readonly<Record<string, FileProvider>> | undefined;
  readonly models?: Readonly<Record<string, readonly string[] | { readonly targets: readonly string[] }>> | undefined;
  readonly keys?: readonly FileKey[] | undefined;
  readonly timeouts?: FileTimeouts | undefined;
  readonly limits?:
    | {
        readonly body?: string | undefined;
        readonly answer?: string | undefined;
        readonly in_flight?: number | undefined;
      }
    | undefined;
  readonly keep_alive?: Duration | undefined;
  readonly start_wait?: { readonly loading?: Duration | undefined; readonly absent?: Duration | undefined } | undefined;
  readonly model_list?: { readonly ttl?: Duration | undefined; readonly timeout?: Duration | undefined } | undefined;
  readonly shutdown_timeout?: Duration | undefined;
  readonly discovery?: boolean | undefined;
  readonly simulator?: boolean | undefined;
}

export interface FileProvider {
  readonly profile: string;
  readonly base_url?: string | undefined;
  readonly api_key?: string | undefined;
  readonly tls?: FileTls | undefined;
  readonly timeouts?: FileTimeouts | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly stream_upstream?: boolean | undefined;
}

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
