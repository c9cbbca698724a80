import type { Clock } from "../../model/clock.ts";
import { ConfigurationError } from "../../model/errors.ts";
import { createEmbeddedTransport } from "../embedded/embedded-transport.ts";
import type { EmbeddedModel } from "../embedded/options.ts";
import type { Profile } from "../profiles/profile.ts";
import { createSimulatorTransport } from "../simulator/simulator-transport.ts";
import { createHttpTransport } from "../transport/http-transport.ts";
import { resolveTls, type TlsOptions } from "../transport/tls.ts";
import type { Transport } from "../transport/transport.ts";

/** What a way out may need beside its profile. */
export interface WayOut {
  readonly tls?: TlsOptions | undefined;
  readonly embedded?: EmbeddedModel | undefined;
  readonly clock: Clock;
}

/**
 * The way out that the profile says.
 *
 * @throws {ConfigurationError} where the TLS options cannot be met, or a model in this process is not said
 */
export function createTransport({ transport }: Profile, { clock, embedded, tls }: WayOut): Transport {
  switch (transport) {
    case "simulator":
      return createSimulatorTransport(clock);
    case "embedded":
      if (embedded === undefined)
        throw new ConfigurationError("model", "Which model is served here? Name its GGUF file.");
      return createEmbeddedTransport({ model: embedded, clock });
    case "network":
      return createHttpTransport({ clock, ...(tls === undefined ? {} : { tls: resolveTls(tls) }) });
  }
}
