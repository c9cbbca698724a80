import { failureOf } from "../../wire/failure/kinds.ts";
import type { Upstream } from "./upstream.ts";

/**
 * What comes of writing a request anew. JSON is read to any depth, but writing it needs a stack as deep; a server that
 * takes the client's own bytes needs none.
 *
 * @throws {ProviderError} `unsupported`, which another target may not say
 */
export function withinStack<Written>({ failures }: Upstream, write: () => Written): Written {
  try {
    return write();
  } catch (cause) {
    if (!(cause instanceof RangeError && cause.message === "Maximum call stack size exceeded")) throw cause;
    throw failures.error(failureOf("unsupported", "the request is nested too deeply to be written anew"), { cause });
  }
}
