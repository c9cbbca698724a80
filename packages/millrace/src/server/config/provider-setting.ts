import { resolve } from "node:path";
import { splitCommandLine } from "../../providers/on-demand/command-line.ts";
import type { OnDemandCommand } from "../../providers/on-demand/command.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { Timeouts } from "../../providers/provider.ts";
import type { TlsOptions } from "../../providers/transport/tls.ts";
import type { FileProvider, FileTimeouts, FileTls } from "./config-file.ts";
import { milliseconds } from "./units.ts";

/** What the file says of a provider. Paths are relative to `folder`. */
export function providerConfig(name: string, provider: FileProvider, folder: string): ProviderConfig {
  const { profile, base_url, api_key, api_keys, tls, timeouts, headers, query, stream_upstream } = provider;
  const command = commandOf(provider, folder);
  return {
    name,
    profile,
    ...(base_url === undefined ? {} : { baseUrl: base_url }),
    ...(api_key === undefined ? {} : { apiKey: api_key }),
    ...(api_keys === undefined ? {} : { apiKeys: api_keys }),
    ...(tls === undefined ? {} : { tls: tlsOptions(tls, folder) }),
    ...(timeouts === undefined ? {} : { timeouts: timeoutsOf(timeouts) }),
    ...(headers === undefined ? {} : { headers }),
    ...(query === undefined ? {} : { query }),
    ...(stream_upstream === undefined ? {} : { streamUpstream: stream_upstream }),
    ...(command === undefined ? {} : { command }),
    ...embeddedOf(provider, folder),
    ...cloudOf(provider, folder),
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

/** The account of a cloud platform. */
function cloudOf({ aws, google }: FileProvider, folder: string): Pick<ProviderConfig, "aws" | "google"> {
  return {
    ...(aws && {
      aws: {
        region: aws.region,
        accessKeyId: aws.access_key_id,
        secretAccessKey: aws.secret_access_key,
        sessionToken: aws.session_token,
      },
    }),
    ...(google && {
      google: {
        ...(google.credentials === undefined ? {} : { credentials: resolve(folder, google.credentials) }),
        ...(google.project === undefined ? {} : { project: google.project }),
        ...(google.location === undefined ? {} : { location: google.location }),
      },
    }),
  };
}

/** The model of the profile `embedded`, or what else a server is told of context. */
function embeddedOf(provider: FileProvider, folder: string): Pick<ProviderConfig, "embedded" | "context"> {
  const { model, context, slots, threads, gpu } = provider;
  if (model === undefined) return context === undefined ? {} : { context };
  const idleMs = milliseconds(provider.idle);
  return {
    embedded: {
      file: resolve(folder, model),
      ...(context === undefined ? {} : { context }),
      ...(slots === undefined ? {} : { slots }),
      ...(threads === undefined ? {} : { threads }),
      ...(gpu === undefined ? {} : { gpu }),
      ...(idleMs === undefined ? {} : { idleMs }),
    },
  };
}

/** @throws {RangeError} for a line that is no command */
function commandOf(provider: FileProvider, folder: string): OnDemandCommand | undefined {
  const { command, group, group_size, models, env, cwd } = provider;
  if (command === undefined) return undefined;
  const idleMs = milliseconds(provider.idle);
  const startMs = milliseconds(provider.start_timeout);
  const stopMs = milliseconds(provider.stop_timeout);
  const roomMs = milliseconds(provider.room_timeout);
  return {
    command: typeof command === "string" ? splitCommandLine(command) : command,
    ...(idleMs === undefined ? {} : { idleMs }),
    ...(group === undefined ? {} : { group }),
    ...(group_size === undefined ? {} : { groupSize: group_size }),
    ...(startMs === undefined ? {} : { startMs }),
    ...(stopMs === undefined ? {} : { stopMs }),
    ...(roomMs === undefined ? {} : { roomMs }),
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd: resolve(folder, cwd) }),
    ...(models === undefined ? {} : { models }),
  };
}

export function timeoutsOf(timeouts: FileTimeouts | undefined): Partial<Timeouts> {
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
