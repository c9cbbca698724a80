import type { Failure } from "../../model/failure.ts";

/** Hints on whether and when to try again, as headers; lower-case names. */
export function retryHeaders({ retry, retryAfterMs }: Failure): Record<string, string> {
  return {
    ...(retry === "never" && { "x-should-retry": "false" }),
    ...(retryAfterMs !== undefined && {
      "retry-after": String(Math.ceil(retryAfterMs / 1000)),
      "retry-after-ms": String(Math.ceil(retryAfterMs)),
    }),
  };
}
