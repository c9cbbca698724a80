import { pathToFileURL } from "node:url";
import { providerError } from "../../../../model/errors.ts";
import { cancelled } from "../../../transport/call-failure.ts";
import type { EngineSettings } from "../../engine.ts";
import { modelBroken, packageBroken } from "../../engine-failures.ts";
import type { ChatWrapper, Llama, LlamaContext, LlamaCppModule, LlamaModel, LlamaSequence } from "./api.ts";
import { OutputTail } from "./output-tail.ts";

const THREADS_MAX = 8;

/** A model in memory, with a sequence for each slot. */
export interface OpenModel {
  readonly library: LlamaCppModule;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly sequences: readonly LlamaSequence[];
  readonly wrapper: ChatWrapper;
  readonly threads: number;
  readonly contextTokens: number;
}

/** @throws {ProviderError} why it cannot be loaded, or that nobody wants it any more */
export async function loadModel(settings: EngineSettings, stop: AbortSignal): Promise<OpenModel> {
  const output = new OutputTail();
  const { library, llama } = await startLibrary(settings, output);
  const { gpu, modelPath, slots } = settings;
  try {
    // One core is left for the rest of the program, or a busy machine slows it down a hundredfold.
    const threads = settings.threads ?? Math.min(THREADS_MAX, Math.max(1, llama.cpuMathCores - 1));
    llama.maxThreads = threads;
    const model = await llama.loadModel({ modelPath, loadSignal: stop, ...(gpu === "off" && { gpuLayers: 0 }) });
    const contextTokens = Math.min(settings.contextTokens, model.trainContextSize);
    const context = await model.createContext({
      contextSize: contextTokens,
      sequences: slots,
      threads,
      createSignal: stop,
    });
    const sequences = Array.from({ length: slots }, () => context.getSequence());
    const wrapper = library.resolveChatWrapper(model);
    return { library, llama, model, context, sequences, wrapper, threads, contextTokens: context.contextSize };
  } catch (error) {
    await llama.dispose();
    if (stop.aborted) throw cancelled();
    throw providerError(modelBroken(modelPath, error, output.lines), { cause: error });
  }
}

async function startLibrary(
  { gpu, packagePath, threads }: EngineSettings,
  output: OutputTail,
): Promise<{ readonly library: LlamaCppModule; readonly llama: Llama }> {
  try {
    const library: LlamaCppModule = await import(pathToFileURL(packagePath).href);
    const llama = await library.getLlama({
      gpu: gpu === "off" ? false : "auto",
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: "warn",
      logger: output.add,
      ...(threads === undefined ? {} : { maxThreads: threads }),
    });
    return { library, llama };
  } catch (error) {
    throw providerError(packageBroken(error, output.lines), { cause: error });
  }
}
