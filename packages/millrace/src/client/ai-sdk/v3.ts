import type { EmbeddingModelV3, LanguageModelV3 } from "@ai-sdk/provider";
import type { LlmProvider } from "../../providers/provider.ts";
import { sdkEmbeddingModel } from "./embedding-model.ts";
import { sdkLanguageModel } from "./language-model.ts";

/**
 * A language model of the AI SDK (specification v3, `ai` 6) over any provider.
 *
 * @param modelId the id the provider knows the model by
 */
export function languageModel(provider: LlmProvider, modelId: string): LanguageModelV3 {
  return { specificationVersion: "v3", ...sdkLanguageModel(provider, modelId) };
}

/** An embedding model of the AI SDK (specification v3, `ai` 6) over any provider. */
export function embeddingModel(provider: LlmProvider, modelId: string): EmbeddingModelV3 {
  return { specificationVersion: "v3", ...sdkEmbeddingModel(provider, modelId) };
}
