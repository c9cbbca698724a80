import { ProviderError } from "../../model/errors.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import type { GatewayProvider } from "../../providers/provider.ts";

/** What a provider lists, or why it does not; each step of it may take so long. */
export async function modelsOrFailure(
  provider: GatewayProvider,
  limitMs: number,
): Promise<readonly ModelInfo[] | ProviderError> {
  try {
    return await provider.listModels({ timeouts: { connect: limitMs, firstByte: limitMs, idle: limitMs } });
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
