import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import { DEFAULT_LIMITS, type Limits } from "../../model/limits.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { StartWait, Timeouts } from "../../providers/provider.ts";
import type { TlsOptions } from "../../providers/transport/tls.ts";
import type { ConfigFile, FileProvider, FileTimeouts, FileTls } from "./config-file.ts";
import type { Position } from "./problem.ts";
import { parseDuration, parseSize } from "./units.ts";

export interface ListenAddress {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Other listeners of this process share it. */
  readonly shared?: boolean;
}

/** More threads than any machine has processors for; it keeps a slip of the hand from being taken at its word. */
export const WORKERS_MAX = 256;

/** A client's key as it was configured. */
export interface KeySetting {
  readonly name: string;
  readonly key: string;
  readonly models?: readonly string[];
}

/** Everything the program needs to know, with every default filled in. */
export interface Settings {
  readonly listen: ListenAddress;
  /** Threads that serve; with 1 it is the main thread. */
  readonly workers: number;
  readonly providers: readonly ProviderConfig[];
  /** For each name the targets it stands for, as `provider/model`, in order. */
  readonly models: ReadonlyMap<string, readonly string[]>;
  readonly keys: readonly KeySetting[];
  readonly timeouts: Partial<Timeouts>;
  readonly limits: Limits;
  readonly maxInFlight: number;
  readonly keepAliveMs: number;
  readonly startWait: StartWait;
  readonly modelListTtlMs: number;
  readonly modelListTimeoutMs: number;
  readonly shutdownMs: number;
  /** Whether to look for local servers and for keys in the environment. */
  readonly discovery: boolean;
  readonly simulator: boolean;
  /** Absent without a file. */
  readonly origin?: SettingsOrigin;
}

/** The file that settings were read from. */
export interface SettingsOrigin {
  readonly file: string;
  /** Where a setting stands in it. */
  readonly positionOf: (path: readonly string[]) => Position;
}

/** Without a file: everything that can be found, and the simulator. */
export const ZERO_CONFIGURATION: Settings = {
  listen: { host: "127.0.0.1", port: 8484 },
  workers: 1,
  providers: [],
  models: new Map(),
  keys: [],
  timeouts: {},
  limits: DEFAULT_LIMITS,
  maxInFlight: 0,
  // Clients give up on a silent stream after 30 s or more, proxies after 10 s or more of nothing at all.
  keepAliveMs: 15_000,
  // A server that is switched off must not make every request wait.
  startWait: { loadingMs: 60_000, absentMs: 0 },
  modelListTtlMs: 60_000,
  modelListTimeoutMs: 2_000,
  shutdownMs: 30_000,
  discovery: true,
  simulator: true,
};

/**
 * What a file says, with the defaults for what it does not say.
 *
 * @param file its path; paths inside are relative to its folder
 */
export function settingsOf(config: ConfigFile, file: string): Settings {
  const zero = ZERO_CONFIGURATION;
  const folder = dirname(resolve(file));
  const { limits, model_list: list } = config;
  return {
    listen: config.listen === undefined ? zero.listen : parseListen(config.listen),
    workers: config.workers ?? zero.workers,
    providers: Object.entries(config.providers ?? {}).map(([name, provider]) => providerConfig(name, provider, folder)),
    models: new Map(Object.entries(config.models ?? {}).map(([name, model]) => [name, targetsOf(model)])),
    keys: (config.keys ?? []).map(({ name, key, models }) => ({
      name,
      key,
      ...(models === undefined ? {} : { models }),
    })),
    timeouts: timeoutsOf(config.timeouts),
    limits: limitsOf(limits),
    maxInFlight: limits?.in_flight ?? zero.maxInFlight,
    keepAliveMs: milliseconds(config.keep_alive) ?? zero.keepAliveMs,
    startWait: {
      loadingMs: milliseconds(config.start_wait?.loading) ?? zero.startWait.loadingMs,
      absentMs: milliseconds(config.start_wait?.absent) ?? zero.startWait.absentMs,
    },
    modelListTtlMs: milliseconds(list?.ttl) ?? zero.modelListTtlMs,
    modelListTimeoutMs: milliseconds(list?.timeout) ?? zero.modelListTimeoutMs,
    shutdownMs: milliseconds(config.shutdown_timeout) ?? zero.shutdownMs,
    discovery: config.discovery ?? false,
    simulator: config.simulator ?? false,
  };
}

/** `host:port`, `[::1]:port`, or a port alone for loopback. */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, port] = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text.trim()) ?? [];
  const number = Number(port);
  const host = bracketed ?? (plain || "127.0.0.1");
  if (port === undefined || number > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    throw new RangeError(`${JSON.stringify(text)} is not an address. Write host:port, such as 127.0.0.1:8484.`);
  }
  return { host, port: number };
}

/** Whether {@link parseListen} can read it. */
export function isListenAddress(text: string): boolean {
  try {
    parseListen(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Both ways to write the targets of a model. */
export function targetsOf(model: readonly string[] | { readonly targets: readonly string[] }): readonly string[] {
  return "targets" in model ? model.targets : model;
}

function providerConfig(name: string, provider: FileProvider, folder: string): ProviderConfig {
  const { profile, base_url, api_key, tls, timeouts, headers, query, stream_upstream } = provider;
  return {
    name,
    profile,
    ...(base_url === undefined ? {} : { baseUrl: base_url }),
    ...(api_key === undefined ? {} : { apiKey: api_key }),
    ...(tls === undefined ? {} : { tls: tlsOptions(tls, folder) }),
    ...(timeouts === undefined ? {} : { timeouts: timeoutsOf(timeouts) }),
    ...(headers === undefined ? {} : { headers }),
    ...(query === undefined ? {} : { query }),
    ...(stream_upstream === undefined ? {} : { streamUpstream: stream_upstream }),
    source: { kind: "file" },
  };
}

function tlsOptions(tls: FileTls, folder: string): TlsOptions {
  const path = (file: string): string => resolve(folder, file);
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca.map(path) }),
    ...(tls.pins === undefined ? {} : { pins: tls.pins }),
    ...(tls.client_certificate === undefined ? {} : { clientCertificate: path(tls.client_certificate) }),
    ...(tls.client_key === undefined ? {} : { clientKey: path(tls.client_key) }),
  };
}

function limitsOf(limits: ConfigFile["limits"]): Limits {
  return {
    ...DEFAULT_LIMITS,
    requestBodyBytes: bytes(limits?.body) ?? DEFAULT_LIMITS.requestBodyBytes,
    assembledBytes: bytes(limits?.answer) ?? DEFAULT_LIMITS.assembledBytes,
  };
}

function timeoutsOf(timeouts: FileTimeouts | undefined): Partial<Timeouts> {
  const connect = milliseconds(timeouts?.connect);
  const firstByte = milliseconds(timeouts?.first_byte);
  const firstContent = milliseconds(timeouts?.first_content);
  const idle = milliseconds(timeouts?.idle);
  return {
    ...(connect === undefined ? {} : { connect }),
    ...(firstByte === undefined ? {} : { firstByte }),
    ...(firstContent === undefined ? {} : { firstContent }),
    ...(idle === undefined ? {} : { idle }),
  };
}

function milliseconds(text: string | number | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

function bytes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseSize(text);
}
