import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goModule, ONE_PROCESSOR } from "./go-module.ts";
import { PROVIDERS } from "./models.ts";
import type { Peer, Upstream } from "./peer.ts";
import { startProgram } from "./process.ts";

const version = "v1.4.11";
const PROGRAM = "bifrost-http";

/** Configured by a file alone: no database, no console, no log of requests; pool and collector as its guides tune them. */
export const bifrost: Peer = {
  name: "bifrost",
  title: `Bifrost ${version}`,
  version,
  recipe: goModule("github.com/maximhq/bifrost/transports", version, "bifrost-http", PROGRAM),
  headers: {},
  start: (folder, upstream) =>
    startProgram((port) => ({
      command: join(folder, PROGRAM),
      args: ["-app-dir", ".", "-host", "127.0.0.1", "-port", String(port), "-log-level", "error"],
      env: { ...ONE_PROCESSOR, GOGC: "200" },
      files: { "config.json": JSON.stringify(configuration(upstream)) },
    })),
};

function configuration({ url, authority }: Upstream): unknown {
  const provider = {
    keys: [{ name: "bench", value: "sk-bench", models: ["*"], weight: 1 }],
    network_config: {
      base_url: url,
      default_request_timeout_in_seconds: 600,
      max_retries: 0,
      ...(authority === undefined ? {} : { ca_cert_pem: readFileSync(authority, "utf8") }),
    },
    concurrency_and_buffer_size: { concurrency: 1000, buffer_size: 5000 },
    custom_provider_config: { base_provider_type: "openai" },
  };
  return {
    client: { initial_pool_size: 5000, drop_excess_requests: false, enable_logging: false },
    providers: Object.fromEntries(PROVIDERS.map((name) => [name, provider])),
    config_store: { enabled: false },
    logs_store: { enabled: false },
  };
}
