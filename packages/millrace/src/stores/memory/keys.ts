import { hash, timingSafeEqual } from "node:crypto";
import { ConfigurationError } from "../../model/errors.ts";
import type { KeyStore, Principal } from "../../gateway/ports.ts";

const DIGEST_BYTES = 32;

/** A key as it is kept: never the key itself. */
export interface StoredKey {
  readonly name: string;
  /** {@link digestKey} of the key. */
  readonly digest: Uint8Array;
  /** Names and `*` patterns of models the key may use; absent means all. */
  readonly models?: readonly string[];
}

/** SHA-256: keys are long and random, so nothing slower is needed. */
export function digestKey(key: string): Uint8Array {
  return hash("sha256", key, "buffer");
}

/** The keys of the configuration. Without any, everyone may call. */
export class MemoryKeys implements KeyStore {
  readonly #keys: readonly { readonly digest: Uint8Array; readonly principal: Principal }[];
  /** Credentials that were found before. No more than there are keys, and none that is not one. */
  readonly #found = new Map<string, Principal>();

  constructor(keys: readonly StoredKey[]) {
    this.#keys = keys.map(({ name, digest, models }) => {
      if (digest.length !== DIGEST_BYTES) {
        throw new ConfigurationError(
          "keys",
          `The digest of the key ${name} has ${digest.length} bytes instead of ${DIGEST_BYTES}.`,
        );
      }
      return { digest, principal: models === undefined ? { name } : { name, models } };
    });
  }

  get open(): boolean {
    return this.#keys.length === 0;
  }

  /** What is no key takes the same time whatever it has in common with one; one that is has been shown already. */
  find(credential: string): Principal | undefined {
    const known = this.#found.get(credential);
    if (known !== undefined) return known;
    const principal = this.#search(digestKey(credential));
    if (principal !== undefined) this.#found.set(credential, principal);
    return principal;
  }

  #search(digest: Uint8Array): Principal | undefined {
    let found: Principal | undefined;
    // Every key is compared, whatever was found, so the time taken says nothing about any of them.
    for (const key of this.#keys) {
      if (timingSafeEqual(key.digest, digest)) found = key.principal;
    }
    return found;
  }
}
