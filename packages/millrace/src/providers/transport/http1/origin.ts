/** A server. There is one of these for each, so that it can be a key. */
export interface Origin {
  readonly hostname: string;
  readonly port: number;
  /** As the `host` header and messages name it. */
  readonly host: string;
}

/** Where a request goes. */
export interface Target {
  readonly origin: Origin;
  /** With the query. */
  readonly path: string;
}

/** A provider has a handful of endpoints. */
const TARGETS_MAX = 1000;

/** Remembers what was made of each URL, since the same few are called all the time. */
export class Targets {
  readonly #targets = new Map<string, Target>();
  /** By host. As many as were configured. */
  readonly #origins = new Map<string, Origin>();

  of(url: string): Target {
    const known = this.#targets.get(url);
    if (known !== undefined) return known;
    const { host, hostname, port, pathname, search } = new URL(url);
    const target = { origin: this.#origin(host, hostname, port), path: pathname + search };
    if (this.#targets.size >= TARGETS_MAX) this.#targets.clear();
    this.#targets.set(url, target);
    return target;
  }

  #origin(host: string, hostname: string, port: string): Origin {
    const known = this.#origins.get(host);
    if (known !== undefined) return known;
    const origin: Origin = {
      // Brackets belong to the URL, not to the address.
      hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: port === "" ? 80 : Number(port),
      host,
    };
    this.#origins.set(host, origin);
    return origin;
  }
}
