import type { Sighting } from "../../providers/discovery/local-look.ts";
import { discovered, freeName, type LocalFindings } from "../../providers/discovery/local-servers.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";

/** A server that counts as being there. */
interface Present {
  readonly config: ProviderConfig;
  /** The latest look did not meet it. */
  missed: boolean;
}

/**
 * Which local servers are there, after any number of looks. One that is met joins at once. One that is not met leaves
 * after two looks in a row; one that gives no clear answer is slow or loads its model, and stays.
 */
export class Census {
  /** By address. */
  readonly #present = new Map<string, Present>();
  readonly #strangers = new Set<string>();
  /** Where something answers that cannot be told. */
  readonly #unknown = new Set<string>();
  /** By kind and address, also of those that have left: a server that is met again has its name again. */
  readonly #names = new Map<string, string>();

  /** The kind of server that is there. */
  expected(address: string): string | undefined {
    return this.#present.get(address)?.config.profile;
  }

  /** What is there is no model server. */
  isStranger(address: string): boolean {
    return this.#strangers.has(address);
  }

  /** What is known of these addresses, in their order. */
  findings(addresses: readonly string[]): LocalFindings {
    return {
      providers: addresses.flatMap((address) => this.#present.get(address)?.config ?? []),
      unknown: addresses.filter((address) => this.#unknown.has(address)),
    };
  }

  /** @param leaving whether this look counts towards a server's leaving */
  see(sightings: readonly Sighting[], leaving: boolean): void {
    for (const sighting of sightings) {
      this.#seeOne(sighting, leaving);
      this.#seeOther(sighting);
    }
  }

  #seeOne({ address, met, profile }: Sighting, leaving: boolean): void {
    const present = this.#present.get(address);
    if (present === undefined) {
      if (profile !== undefined) this.#join(profile, address);
    } else if (met === "unclear" || profile === present.config.profile) {
      present.missed = false;
    } else if (leaving) {
      if (!present.missed) present.missed = true;
      else if (profile !== undefined) this.#join(profile, address);
      else this.#present.delete(address);
    }
  }

  #seeOther({ address, met, answered }: Sighting): void {
    const here = this.#present.has(address);
    mark(this.#strangers, address, met === "stranger" && !here);
    mark(this.#unknown, address, answered && !here);
  }

  #join(profile: string, address: string): void {
    const identity = `${profile} ${address}`;
    const name = this.#names.get(identity) ?? freeName(profile, new Set(this.#names.values()));
    this.#names.set(identity, name);
    this.#present.set(address, { config: discovered(name, profile, address), missed: false });
  }
}

function mark(set: Set<string>, address: string, is: boolean): void {
  if (is) set.add(address);
  else set.delete(address);
}
