import type { Log } from "../../gateway/ports.ts";
import type { SharedOptions } from "../../providers/registry.ts";

/** Tells the log what servers that were started here print, and what becomes of them. */
export function logServers(log: Log): Required<Pick<SharedOptions, "onOutput" | "onServerState">> {
  return {
    onOutput: ({ server, stream, text }) => log.info("server_output", { server, stream, text }),
    onServerState: ({ server, state, reason }) =>
      log[state === "failed" ? "warn" : "info"]("server_state", { server, state, reason }),
  };
}
