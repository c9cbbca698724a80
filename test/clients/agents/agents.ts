import { type Agent, type Place, PROMPT } from "./agent.ts";

const claudeCode: Agent = {
  client: "claude-code",
  wire: "messages",
  program: "claude",
  setup: ({ gateway, model }) => ({
    env: {
      ANTHROPIC_BASE_URL: gateway,
      ANTHROPIC_AUTH_TOKEN: "dummy",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      CLAUDE_CODE_MAX_RETRIES: "1",
    },
    commands: [["-p", PROMPT, "--model", model, "--allowedTools", "Bash", "--output-format", "json"]],
  }),
};

const codex: Agent = {
  client: "codex",
  wire: "responses",
  program: "codex",
  setup: ({ gateway, model }) => ({
    env: { GW_KEY: "dummy" },
    commands: [
      [
        "exec",
        "--skip-git-repo-check",
        "--dangerously-bypass-approvals-and-sandbox",
        "--json",
        "-m",
        model,
        "-c",
        'model_provider="gw"',
        "-c",
        `model_providers.gw={name="gw",base_url="${gateway}/v1",env_key="GW_KEY",wire_api="responses",request_max_retries=1,stream_max_retries=2}`,
        PROMPT,
      ],
    ],
  }),
};

/** The provider that it knows by itself: it asks for a WebSocket first, and does without when that is refused. */
const codexWebSocket: Agent = {
  client: "codex",
  wire: "responses",
  variant: "WebSocket first",
  program: "codex",
  setup: ({ gateway, model }) => ({
    env: { OPENAI_API_KEY: "dummy", CODEX_API_KEY: "dummy" },
    commands: [
      [
        "exec",
        "--skip-git-repo-check",
        "--dangerously-bypass-approvals-and-sandbox",
        "--json",
        "-m",
        model,
        "-c",
        `openai_base_url="${gateway}/v1"`,
        PROMPT,
      ],
    ],
  }),
};

const openCodePackages = {
  chat: "@ai-sdk/openai-compatible",
  responses: "@ai-sdk/openai",
  messages: "@ai-sdk/anthropic",
} as const;

const openCode = (["chat", "responses", "messages"] as const).map((wire): Agent => ({
  client: "opencode",
  wire,
  program: "opencode",
  setup: ({ gateway, model }) => ({
    files: {
      "work/opencode.json": JSON.stringify({
        provider: {
          gw: {
            npm: openCodePackages[wire],
            name: "gw",
            options: { baseURL: `${gateway}/v1`, apiKey: "dummy" },
            models: { [model]: { name: model } },
          },
        },
      }),
    },
    env: { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" },
    commands: [["run", "-m", `gw/${model}`, PROMPT]],
  }),
}));

const copilotEnv: Readonly<Record<"chat" | "responses" | "messages", (gateway: string) => Record<string, string>>> = {
  chat: (gateway) => ({ COPILOT_PROVIDER_BASE_URL: `${gateway}/v1` }),
  responses: (gateway) => ({
    COPILOT_PROVIDER_BASE_URL: `${gateway}/v1`,
    COPILOT_PROVIDER_WIRE_API: "responses",
  }),
  messages: (gateway) => ({ COPILOT_PROVIDER_BASE_URL: gateway, COPILOT_PROVIDER_TYPE: "anthropic" }),
};

const copilot = (["chat", "responses", "messages"] as const).map((wire): Agent => ({
  client: "copilot",
  wire,
  program: "copilot",
  setup: ({ gateway, model }) => ({
    env: {
      COPILOT_OFFLINE: "true",
      COPILOT_PROVIDER_API_KEY: "dummy",
      COPILOT_MODEL: model,
      ...copilotEnv[wire](gateway),
    },
    commands: [["-p", PROMPT, "--allow-all-tools"]],
  }),
}));

const copilotWebSocket: Agent = {
  client: "copilot",
  wire: "responses",
  variant: "WebSocket first",
  program: "copilot",
  setup: ({ gateway, model }) => ({
    env: {
      COPILOT_OFFLINE: "true",
      COPILOT_PROVIDER_API_KEY: "dummy",
      COPILOT_MODEL: model,
      ...copilotEnv.responses(gateway),
      COPILOT_PROVIDER_TRANSPORT: "websockets",
    },
    commands: [["-p", PROMPT, "--allow-all-tools"]],
  }),
};

const geminiCli: Agent = {
  client: "gemini-cli",
  wire: "gemini",
  program: "gemini",
  setup: ({ gateway, model }) => ({
    files: {
      ".gemini/settings.json": JSON.stringify({ security: { auth: { selectedType: "gemini-api-key" } } }),
    },
    env: { GEMINI_API_KEY: "dummy", GOOGLE_GEMINI_BASE_URL: gateway, GEMINI_CLI_TRUST_WORKSPACE: "true" },
    commands: [["-p", PROMPT, "-m", model, "--yolo", "--output-format", "json"]],
  }),
};

const continueCli: Agent = {
  client: "continue",
  wire: "chat",
  program: "cn",
  setup: ({ gateway, model, home }) => ({
    files: {
      "continue.yaml": [
        "name: millrace",
        "version: 1.0.0",
        "schema: v1",
        "models:",
        `  - { name: gw, provider: openai, model: ${model}, apiBase: "${gateway}/v1", apiKey: dummy, roles: [chat] }`,
        "",
      ].join("\n"),
    },
    env: { CONTINUE_TELEMETRY_ENABLED: "0" },
    commands: [["-p", PROMPT, "--config", `${home}/continue.yaml`, "--auto"]],
  }),
};

const cline: Agent = {
  client: "cline",
  wire: "chat",
  program: "cline",
  setup: ({ gateway, model }) => ({
    commands: [
      ["auth", "openai", "-k", "dummy", "-m", model, "-b", `${gateway}/v1`],
      ["--json", PROMPT],
    ],
  }),
};

const qwenCode: Agent = {
  client: "qwen",
  wire: "chat",
  program: "qwen",
  setup: ({ gateway, model }) => ({
    files: { ".qwen/settings.json": JSON.stringify({ model: { generationConfig: { maxRetries: 0 } } }) },
    env: { OPENAI_API_KEY: "dummy", OPENAI_BASE_URL: `${gateway}/v1`, OPENAI_MODEL: model },
    commands: [["-p", PROMPT, "--yolo", "--auth-type", "openai"]],
  }),
};

const pi: Agent = {
  client: "pi",
  wire: "chat",
  program: "pi",
  setup: ({ gateway, model }: Place) => ({
    files: {
      ".pi/agent/models.json": JSON.stringify({
        providers: {
          gw: { baseUrl: `${gateway}/v1`, api: "openai-completions", apiKey: "dummy", models: [{ id: model }] },
        },
      }),
    },
    env: { PI_OFFLINE: "1" },
    commands: [["-p", PROMPT, "--provider", "gw", "--model", model, "--no-session"]],
  }),
};

export const agents: readonly Agent[] = [
  claudeCode,
  codex,
  codexWebSocket,
  ...openCode,
  ...copilot,
  copilotWebSocket,
  geminiCli,
  continueCli,
  cline,
  qwenCode,
  pi,
];
