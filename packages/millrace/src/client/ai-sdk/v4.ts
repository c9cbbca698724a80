import type { EmbeddingModelV4, LanguageModelV4 } from "@ai-sdk/provider";
import type { LlmProvider } from "../../providers/provider.ts";
import { sdkEmbeddingModel } from "./embedding-model.ts";
import { sdkLanguageModel } from "./language-model.ts";

/**
 * A language model of the AI SDK (specification v4, `ai` 7) over any provider.
 *
 * @param modelId the id the provider knows the model by
 * @example
 * const provider = new OpenAICompatibleProvider({ profile: "llama.cpp" });
 * const { text } = await generateText({ model: languageModel(provider, "qwen3-8b"), prompt: "Hello" });
 */
export function languageModel(provider: LlmProvider, modelId: string): LanguageModelV4 {
  return { specificationVersion: "v4", ...sdkLanguageModel(provider, modelId) };
}

/** An embedding model of the AI SDK (specification v4, `ai` 7) over any provider. */
export function embeddingModel(provider: LlmProvider, modelId: string): EmbeddingModelV4 {
  return { specificationVersion: "v4", ...sdkEmbeddingModel(provider, modelId) };
}
