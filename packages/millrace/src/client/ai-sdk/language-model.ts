import type { LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import type { CallOptions, LlmProvider } from "../../providers/provider.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { type SdkContent, sdkContent, sdkFinishReason, sdkMetadata, sdkUsage, sdkWarnings } from "./answer.ts";
import { sdkError } from "./call-error.ts";
import type { SdkCallOptions } from "./prompt.ts";
import { requestOf, type SdkWarning } from "./request.ts";
import { type SdkStreamPart, StreamPartTranslator } from "./stream-parts.ts";

type SdkGenerateResult = Omit<LanguageModelV3GenerateResult, "content"> & { content: SdkContent[] };

/** Everything of a language model but the number of the specification it follows. */
export interface SdkLanguageModel {
  readonly provider: string;
  readonly modelId: string;
  /** Empty: files are handed over as data, because many local servers take nothing else. */
  readonly supportedUrls: Record<string, RegExp[]>;
  doGenerate(options: SdkCallOptions): Promise<SdkGenerateResult>;
  doStream(options: SdkCallOptions): Promise<{ stream: ReadableStream<SdkStreamPart> }>;
}

export function sdkLanguageModel(provider: LlmProvider, modelId: string): SdkLanguageModel {
  return {
    provider: provider.name,
    modelId,
    supportedUrls: {},
    doGenerate: (options) => generate(provider, modelId, options),
    doStream: (options) => stream(provider, modelId, options),
  };
}

async function generate(provider: LlmProvider, modelId: string, options: SdkCallOptions): Promise<SdkGenerateResult> {
  const { request, warnings } = requestOf(modelId, options);
  try {
    const response = await provider.infer(request, callOptions(options));
    return {
      content: sdkContent(response),
      finishReason: sdkFinishReason(response.finishReason, response.choices[0]?.rawFinishReason ?? null),
      usage: sdkUsage(response.usage),
      warnings: [...warnings, ...sdkWarnings(response.warnings)],
      response: {
        id: response.id,
        modelId: response.model,
        ...(response.created === undefined ? {} : { timestamp: new Date(response.created * 1000) }),
      },
      ...(response.extra === undefined ? {} : { providerMetadata: sdkMetadata(response.extra) }),
    };
  } catch (error) {
    throw sdkError(error, provider, options.abortSignal);
  }
}

/**
 * The first event is awaited before the stream is handed over: only a rejected call is retried by
 * the SDK, and a refused request is known by then.
 */
async function stream(
  provider: LlmProvider,
  modelId: string,
  options: SdkCallOptions,
): Promise<{ stream: ReadableStream<SdkStreamPart> }> {
  const { request, warnings } = requestOf(modelId, options);
  const events = provider.inferStream(request, callOptions(options))[Symbol.asyncIterator]();
  try {
    const first = await events.next();
    return { stream: partsOf(events, first, warnings, (error) => sdkError(error, provider, options.abortSignal)) };
  } catch (error) {
    throw sdkError(error, provider, options.abortSignal);
  }
}

function partsOf(
  events: AsyncIterator<StreamEvent>,
  first: IteratorResult<StreamEvent>,
  warnings: SdkWarning[],
  errorOf: (error: unknown) => unknown,
): ReadableStream<SdkStreamPart> {
  const translator = new StreamPartTranslator();
  let pending: IteratorResult<StreamEvent> | undefined = first;
  return new ReadableStream({
    start: (controller) => controller.enqueue({ type: "stream-start", warnings }),
    async pull(controller) {
      try {
        let sent = 0;
        // An event may translate to nothing; a pull must enqueue something or end.
        while (sent === 0) {
          const next = pending ?? (await events.next());
          pending = undefined;
          if (next.done) return controller.close();
          const parts = translator.translate(next.value);
          for (const part of parts) controller.enqueue(part);
          sent = parts.length;
        }
      } catch (error) {
        controller.enqueue({ type: "error", error: errorOf(error) });
        controller.close();
      }
    },
    async cancel() {
      await events.return?.();
    },
  });
}

function callOptions({ abortSignal, headers }: SdkCallOptions): CallOptions {
  const given = Object.entries(headers ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...(abortSignal === undefined ? {} : { signal: abortSignal }),
    ...(given.length === 0 ? {} : { headers: Object.fromEntries(given) }),
  };
}
