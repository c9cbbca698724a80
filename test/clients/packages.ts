/** One client, as npm delivers it: its packages at the versions that are tested, and what must run after unpacking. */
export interface ClientPackages {
  readonly packages: Readonly<Record<string, string>>;
  /** A script of the package that has to run once: it puts the platform's own program in its place. */
  readonly prepare?: string;
}

/** Every client of the suite. Each gets a folder of its own, since their dependencies do not agree with each other. */
export const clientPackages = {
  "openai-6": { packages: { openai: "6.49.0" } },
  "openai-7": { packages: { openai: "7.57.0" } },
  "anthropic-0": { packages: { "@anthropic-ai/sdk": "0.137.0" } },
  "anthropic-1": { packages: { "@anthropic-ai/sdk": "1.13.0" } },
  "google-genai": { packages: { "@google/genai": "3.3.0" } },
  "ollama-js": { packages: { ollama: "0.6.4" } },
  "ai-sdk": {
    packages: {
      ai: "7.0.173",
      "@ai-sdk/openai": "4.0.118",
      "@ai-sdk/openai-compatible": "3.0.92",
      "@ai-sdk/anthropic": "4.0.105",
      "@ai-sdk/google": "4.0.121",
      zod: "4.6.7",
    },
  },
  langchain: {
    packages: {
      "@langchain/core": "1.4.0",
      "@langchain/openai": "1.6.0",
      "@langchain/anthropic": "1.5.11",
      "@langchain/google-genai": "2.3.2",
      "@langchain/ollama": "1.3.0",
    },
  },
  "claude-code": { packages: { "@anthropic-ai/claude-code": "2.1.331" }, prepare: "install.cjs" },
  codex: { packages: { "@openai/codex": "0.169.0" } },
  opencode: { packages: { "opencode-ai": "1.18.33" }, prepare: "postinstall.mjs" },
  copilot: { packages: { "@github/copilot": "1.0.102" } },
  "gemini-cli": { packages: { "@google/gemini-cli": "0.61.0" } },
  continue: { packages: { "@continuedev/cli": "1.5.47" } },
  cline: { packages: { cline: "3.0.65" }, prepare: "postinstall.mjs" },
  qwen: { packages: { "@qwen-code/qwen-code": "0.24.4" } },
  pi: { packages: { "@mariozechner/pi-coding-agent": "0.73.1" } },
} as const satisfies Record<string, ClientPackages>;

export type ClientId = keyof typeof clientPackages;
