import type { Clock } from "../../model/clock.ts";
import type { Profile } from "../profiles/profile.ts";
import type { TlsOptions } from "../transport/tls.ts";
import { resolveTls } from "../transport/tls.ts";
import type { Transport } from "../transport/transport.ts";
import { createUndiciTransport } from "../transport/undici-transport.ts";

/** @throws {ConfigurationError} where the TLS options cannot be met */
export function createTransport(_profile: Profile, tls: TlsOptions | undefined, clock: Clock): Transport {
  return createUndiciTransport({ clock, ...(tls === undefined ? {} : { tls: resolveTls(tls) }) });
}
