import type {
  EmbeddingModelV3CallOptions,
  EmbeddingModelV3Result,
  EmbeddingModelV4CallOptions,
} from "@ai-sdk/provider";
import type { LlmProvider } from "../../providers/provider.ts";
import { sdkWarnings } from "./answer.ts";
import { sdkError } from "./call-error.ts";
import { ownOptions } from "./prompt.ts";

type SdkEmbedOptions = EmbeddingModelV3CallOptions | EmbeddingModelV4CallOptions;

/** Everything of an embedding model but the number of the specification it follows. */
export interface SdkEmbeddingModel {
  readonly provider: string;
  readonly modelId: string;
  /** Undefined: the server's own limit is not known beforehand. */
  readonly maxEmbeddingsPerCall: undefined;
  readonly supportsParallelCalls: boolean;
  doEmbed(options: SdkEmbedOptions): Promise<EmbeddingModelV3Result>;
}

export function sdkEmbeddingModel(provider: LlmProvider, modelId: string): SdkEmbeddingModel {
  return {
    provider: provider.name,
    modelId,
    maxEmbeddingsPerCall: undefined,
    supportsParallelCalls: true,
    doEmbed: (options) => embed(provider, modelId, options),
  };
}

async function embed(
  provider: LlmProvider,
  modelId: string,
  options: SdkEmbedOptions,
): Promise<EmbeddingModelV3Result> {
  const extra = ownOptions(options.providerOptions);
  const dimensions = "dimensions" in options ? options.dimensions : undefined;
  const request = {
    model: modelId,
    input: options.values,
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(extra === undefined ? {} : { extra }),
  };
  const call = options.abortSignal === undefined ? {} : { signal: options.abortSignal };
  try {
    const response = await provider.embeddings(request, call);
    const tokens = response.usage?.promptTokens ?? response.usage?.totalTokens;
    return {
      embeddings: response.vectors.map((vector) => [...vector]),
      warnings: sdkWarnings(response.warnings),
      ...(tokens === undefined ? {} : { usage: { tokens } }),
    };
  } catch (error) {
    throw sdkError(error, provider, options.abortSignal);
  }
}
