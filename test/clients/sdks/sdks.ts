import type { Wire } from "../agents/agent.ts";
import type { ClientId } from "../packages.ts";

/** One SDK on one of the wires it can speak. */
export interface Sdk {
  readonly client: ClientId;
  readonly wire: Wire;
  /** The file beside this one that uses it. */
  readonly script: string;
}

export const sdks: readonly Sdk[] = [
  { client: "openai-6", wire: "chat", script: "openai-chat" },
  { client: "openai-6", wire: "responses", script: "openai-responses" },
  { client: "openai-7", wire: "chat", script: "openai-chat" },
  { client: "openai-7", wire: "responses", script: "openai-responses" },
  { client: "anthropic-0", wire: "messages", script: "anthropic" },
  { client: "anthropic-1", wire: "messages", script: "anthropic" },
  { client: "google-genai", wire: "gemini", script: "google-genai" },
  { client: "ollama-js", wire: "ollama", script: "ollama" },
  { client: "ai-sdk", wire: "chat", script: "ai-sdk" },
  { client: "ai-sdk", wire: "responses", script: "ai-sdk" },
  { client: "ai-sdk", wire: "messages", script: "ai-sdk" },
  { client: "ai-sdk", wire: "gemini", script: "ai-sdk" },
  { client: "langchain", wire: "chat", script: "langchain" },
  { client: "langchain", wire: "responses", script: "langchain" },
  { client: "langchain", wire: "messages", script: "langchain" },
  { client: "langchain", wire: "gemini", script: "langchain" },
  { client: "langchain", wire: "ollama", script: "langchain" },
];
