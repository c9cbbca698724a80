import { providerError } from "../../model/errors.ts";
import { joined } from "../../wire/bytes/joined.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { ReplyBody } from "./transport.ts";

/**
 * Reads a body whole.
 *
 * @param options.maxBytes what it may hold
 * @param options.cut take only the first `maxBytes` of a longer body instead of failing
 * @throws {ProviderError} `protocol` when it is longer, and whatever the body throws
 */
export async function readBody(
  body: ReplyBody,
  options: { readonly maxBytes: number; readonly cut?: boolean },
): Promise<Uint8Array> {
  const { maxBytes, cut = false } = options;
  const arrived = body.arrived?.(maxBytes);
  if (arrived !== undefined) return joined(arrived);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    chunks.push(bytes > maxBytes ? chunk.subarray(0, chunk.length - (bytes - maxBytes)) : chunk);
    if (bytes <= maxBytes) continue;
    if (cut) break;
    throw providerError(failureOf("protocol", `The reply has more than the ${maxBytes} bytes that are accepted.`));
  }
  return joined(chunks);
}
