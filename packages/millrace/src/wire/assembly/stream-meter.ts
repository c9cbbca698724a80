import type { Failure } from "../../model/failure.ts";
import type { Limits } from "../../model/limits.ts";
import { failureOf } from "../failure/kinds.ts";

/** Counts what goes past in a stream, all of it and what is no content, against a server that never ends. */
export class StreamMeter {
  readonly #limits: Pick<Limits, "streamBytes" | "quietBytes">;
  #bytes = 0;
  #quietBytes = 0;

  constructor(limits: Pick<Limits, "streamBytes" | "quietBytes">) {
    this.#limits = limits;
  }

  /**
   * Counts the bytes of one read.
   *
   * @param content whether they brought any
   * @returns why reading should stop, once it should
   */
  count(bytes: number, content: boolean): Failure | undefined {
    const { streamBytes, quietBytes } = this.#limits;
    this.#bytes += bytes;
    this.#quietBytes = content ? 0 : this.#quietBytes + bytes;
    if (this.#quietBytes > quietBytes) {
      return failureOf("protocol", `The model server sent ${quietBytes} bytes without any content; reading stopped`);
    }
    if (this.#bytes <= streamBytes) return undefined;
    return failureOf("protocol", `The model server's stream is larger than ${streamBytes} bytes; reading stopped`);
  }
}
