import { join } from "node:path";
import { goModule, ONE_PROCESSOR } from "./go-module.ts";
import { modelsOf, PROVIDERS } from "./models.ts";
import type { Peer } from "./peer.ts";
import { startProgram } from "./process.ts";

const version = "v0.1.64";
const PROGRAM = "gomodel";
/** It listens on all addresses, and has no setting for that: a key keeps others out. */
const KEY = "sk-bench-0123456789abcdef0123456789abcdef";

/** As its own benchmark runs it: no audit log, no usage records, no console, no retries. */
export const gomodel: Peer = {
  name: "gomodel",
  title: `GoModel ${version}`,
  version,
  recipe: goModule("github.com/enterpilot/gomodel", version, "cmd/gomodel", PROGRAM),
  headers: { authorization: `Bearer ${KEY}` },
  start: (folder, { url, authority }) =>
    startProgram((port) => ({
      command: join(folder, PROGRAM),
      args: [],
      env: {
        ...ONE_PROCESSOR,
        LOG_LEVEL: "error",
        ...(authority === undefined ? {} : { SSL_CERT_FILE: authority }),
      },
      files: { "config.yaml": configuration(port, url) },
    })),
};

function configuration(port: number, url: string): string {
  const providers = PROVIDERS.map(
    (name) => `  ${name}:
    type: openai
    api_key: sk-bench
    base_url: ${url}/v1
    models: ${JSON.stringify(modelsOf(name))}
`,
  );
  return `server:
  port: "${port}"
  master_key: ${KEY}
  swagger_enabled: false
  pprof_enabled: false
  enable_passthrough_routes: false
models: { configured_provider_models_mode: allowlist }
cache:
  model:
    refresh_interval: 86400
    model_list: { url: "" }
    local: { cache_dir: cache }
storage: { type: sqlite, sqlite: { path: gomodel.db } }
logging: { enabled: false }
usage: { enabled: false }
budgets: { enabled: false }
metrics: { enabled: false }
admin: { endpoints_enabled: false, ui_enabled: false }
guardrails: { enabled: false }
http: { timeout: 600, response_header_timeout: 600 }
resilience:
  retry: { max_retries: 0 }
  circuit_breaker: { failure_threshold: 999 }
providers:
${providers.join("")}`;
}
