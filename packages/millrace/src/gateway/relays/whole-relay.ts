import type { ForwardBody } from "../../providers/provider.ts";
import type { Relay, Seen } from "./relay.ts";

type WholeBody = Extract<ForwardBody, { readonly kind: "whole" }>;

/** A complete reply, read and found good by the provider: its bytes pass as they are. */
export class WholeRelay implements Relay {
  readonly streamed = false;
  // Whatever the server called a document that was read and found to be JSON.
  readonly contentType = "application/json";
  readonly isEmpty = false;
  readonly #body: WholeBody;
  #sent = false;

  constructor(body: WholeBody) {
    this.#body = body;
  }

  get seen(): Seen {
    return this.#body;
  }

  async prime(): Promise<void> {}

  async next(): Promise<Uint8Array | undefined> {
    if (this.#sent) return undefined;
    this.#sent = true;
    return this.#body.bytes;
  }

  readRest(): undefined {
    return undefined;
  }

  failureText(): undefined {
    return undefined;
  }

  async release(): Promise<void> {}

  stop(): void {}

  handleEvent(): void {}
}
