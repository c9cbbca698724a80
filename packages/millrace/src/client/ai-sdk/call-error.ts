import { APICallError } from "@ai-sdk/provider";
import { ProviderError } from "../../model/errors.ts";
import type { LlmProvider } from "../../providers/provider.ts";

/**
 * The SDK's own error for a failed call, so that its retries and its callers' checks work. A call
 * that the caller aborted ends with the signal's own reason, as the SDK expects.
 */
export function sdkError(error: unknown, provider: LlmProvider, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof ProviderError)) return error;
  const { failure } = error;
  const responseHeaders =
    failure.retryAfterMs === undefined ? {} : { "retry-after-ms": String(Math.ceil(failure.retryAfterMs)) };
  return new APICallError({
    message: error.message,
    url: provider.baseUrl,
    requestBodyValues: {},
    statusCode: error.status,
    responseHeaders,
    isRetryable: error.retryable,
    data: failure,
    cause: error,
  });
}
