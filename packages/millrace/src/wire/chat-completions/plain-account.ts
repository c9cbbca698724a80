import { EncodingAccount } from "../translation/encoding-account.ts";
import type { ChatExtension } from "./rules.ts";

/** What of a request a server understands, and what is told of the rest. */
export class PlainAccount extends EncodingAccount {
  readonly #understands: readonly ChatExtension[];

  constructor(understands: readonly ChatExtension[]) {
    super();
    this.#understands = understands;
  }

  takes(extension: ChatExtension): boolean {
    return this.#understands.includes(extension);
  }

  /** Whether something may stay; where not, that is told once for each field. */
  keeps(extension: ChatExtension, field: string): boolean {
    if (this.takes(extension)) return true;
    this.dropOnce(field, "the server does not know it");
    return false;
  }
}
