import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import type { PriceList, QueueLimits } from "../../gateway/plan.ts";
import { DEFAULT_LIMITS, type Limits } from "../../model/limits.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { StartWait, Timeouts } from "../../providers/provider.ts";
import type { ConfigFile } from "./config-file.ts";
import { modelSetting, type ModelSetting } from "./model-setting.ts";
import type { Position } from "./problem.ts";
import { providerConfig, timeoutsOf } from "./provider-setting.ts";
import { milliseconds, parseSize } from "./units.ts";

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
  readonly models: ReadonlyMap<string, ModelSetting>;
  /** By the name of the provider. */
  readonly prices: ReadonlyMap<string, PriceList>;
  /** Requests that a provider's server takes at once, by the name of the provider. */
  readonly slots: ReadonlyMap<string, number>;
  readonly keys: readonly KeySetting[];
  readonly timeouts: Partial<Timeouts>;
  readonly limits: Limits;
  readonly maxInFlight: number;
  readonly maxAttempts: number;
  readonly queue: QueueLimits;
  /** How often local servers are looked at; 0 is never. */
  readonly probeMs: number;
  /** How often local servers are looked for. */
  readonly discoveryMs: number;
  readonly keepAliveMs: number;
  readonly startWait: StartWait;
  readonly loadElsewhere: boolean;
  readonly strict: boolean;
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
  prices: new Map(),
  slots: new Map(),
  keys: [],
  timeouts: {},
  limits: DEFAULT_LIMITS,
  maxInFlight: 0,
  maxAttempts: 8,
  queue: { maxWaitMs: 60_000, length: 256 },
  probeMs: 5_000,
  discoveryMs: 10_000,
  // Clients give up on a silent stream after 30 s or more, proxies after 10 s or more of nothing at all.
  keepAliveMs: 15_000,
  // A server that is switched off must not make every request wait.
  startWait: { loadingMs: 60_000, absentMs: 0 },
  loadElsewhere: false,
  strict: false,
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
    models: new Map(Object.entries(config.models ?? {}).map(([name, model]) => [name, modelSetting(model)])),
    prices: pricesOf(config),
    slots: slotsOf(config),
    keys: (config.keys ?? []).map(({ name, key, models }) => ({
      name,
      key,
      ...(models === undefined ? {} : { models }),
    })),
    timeouts: timeoutsOf(config.timeouts),
    limits: limitsOf(limits),
    maxInFlight: limits?.in_flight ?? zero.maxInFlight,
    maxAttempts: limits?.attempts ?? zero.maxAttempts,
    queue: {
      maxWaitMs: milliseconds(config.queue?.max_wait) ?? zero.queue.maxWaitMs,
      length: config.queue?.length ?? zero.queue.length,
    },
    probeMs: milliseconds(config.probe_interval) ?? zero.probeMs,
    discoveryMs: milliseconds(config.discovery_interval) ?? zero.discoveryMs,
    keepAliveMs: milliseconds(config.keep_alive) ?? zero.keepAliveMs,
    startWait: {
      loadingMs: milliseconds(config.start_wait?.loading) ?? zero.startWait.loadingMs,
      absentMs: milliseconds(config.start_wait?.absent) ?? zero.startWait.absentMs,
    },
    loadElsewhere: config.start_wait?.elsewhere ?? zero.loadElsewhere,
    strict: config.strict ?? zero.strict,
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

function pricesOf({ providers = {} }: ConfigFile): ReadonlyMap<string, PriceList> {
  const lists = new Map<string, PriceList>();
  for (const [name, { prices }] of Object.entries(providers)) {
    if (prices === undefined) continue;
    const list = Object.entries(prices).map(([models, { input, output, cache_read, cache_write, cache_write_1h }]) => ({
      models,
      price: {
        inputUsd: input,
        outputUsd: output,
        ...(cache_read === undefined ? {} : { cacheReadUsd: cache_read }),
        ...(cache_write === undefined ? {} : { cacheWriteUsd: cache_write }),
        ...(cache_write_1h === undefined ? {} : { cacheWrite1hUsd: cache_write_1h }),
      },
    }));
    lists.set(name, list);
  }
  return lists;
}

function slotsOf({ providers = {} }: ConfigFile): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  for (const [name, provider] of Object.entries(providers)) {
    if (provider.slots !== undefined) slots.set(name, provider.slots);
  }
  return slots;
}

function limitsOf(limits: ConfigFile["limits"]): Limits {
  return {
    ...DEFAULT_LIMITS,
    requestBodyBytes: bytes(limits?.body) ?? DEFAULT_LIMITS.requestBodyBytes,
    assembledBytes: bytes(limits?.answer) ?? DEFAULT_LIMITS.assembledBytes,
  };
}

function bytes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseSize(text);
}
