import { join } from "node:path";
import { modelsOf, PROVIDERS } from "./models.ts";
import type { Peer } from "./peer.ts";
import { startProgram } from "./process.ts";

const version = "1.106.12";
const KEY = "sk-bench-0123456789abcdef0123456789abcdef";

/** What a request runs through, at the versions that were current with it. */
const ON_THE_WAY = ["aiohttp==3.14.5", "fastapi==0.165.0", "openai==2.54.0", "uvicorn==0.54.0", "uvloop==0.23.0"];

/** With the settings of its production guide, without a database: one worker, errors only in the log. */
export const litellm: Peer = {
  name: "litellm",
  title: `LiteLLM ${version}`,
  version,
  recipe: {
    files: {},
    steps: [
      ["python3", "-m", "venv", "venv"],
      // Wheels only: nothing of a package runs while it is installed.
      [
        join("venv", "bin", "pip"),
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--only-binary=:all:",
        `litellm[proxy]==${version}`,
        ...ON_THE_WAY,
      ],
    ],
  },
  headers: { authorization: `Bearer ${KEY}` },
  start: (folder, { url, authority }) =>
    startProgram((port) => ({
      command: join(folder, "venv", "bin", "litellm"),
      args: ["--config", "config.yaml", "--host", "127.0.0.1", "--port", String(port), "--num_workers", "1"],
      env: {
        LITELLM_LOG: "ERROR",
        LITELLM_MODE: "PRODUCTION",
        LITELLM_MASTER_KEY: KEY,
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        // It takes a hundred equal chunks for a model that has lost its mind.
        REPEATED_STREAMING_CHUNK_LIMIT: "1000000",
        ...(authority === undefined ? {} : { SSL_CERT_FILE: authority }),
      },
      files: { "config.yaml": configuration(url) },
    })),
};

function configuration(url: string): string {
  // Named one by one: a pattern would be looked for in each request.
  const models = PROVIDERS.flatMap((provider) =>
    modelsOf(provider).map(
      (model) => `  - model_name: ${provider}/${model}
    litellm_params: { model: openai/${model}, api_base: "${url}/v1", api_key: sk-bench }
`,
    ),
  );
  return `model_list:
${models.join("")}litellm_settings: { telemetry: false, set_verbose: false, num_retries: 0, request_timeout: 600 }
router_settings: { disable_cooldowns: true }
`;
}
