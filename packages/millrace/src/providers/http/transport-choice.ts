import type { Clock } from "../../model/clock.ts";
import type { Profile } from "../profiles/profile.ts";
import { createSimulatorTransport } from "../simulator/simulator-transport.ts";
import type { TlsOptions } from "../transport/tls.ts";
import { resolveTls } from "../transport/tls.ts";
import type { Transport } from "../transport/transport.ts";
import { createHttpTransport } from "../transport/http-transport.ts";

/**
 * The way out that the profile says.
 *
 * @throws {ConfigurationError} where the TLS options cannot be met
 */
export function createTransport({ transport }: Profile, tls: TlsOptions | undefined, clock: Clock): Transport {
  const resolved = tls === undefined ? {} : { tls: resolveTls(tls) };
  return transport === "simulator" ? createSimulatorTransport(clock) : createHttpTransport({ clock, ...resolved });
}
