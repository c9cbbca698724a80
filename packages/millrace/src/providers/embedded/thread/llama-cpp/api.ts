import type { JsonObject, JsonValue } from "../../../../model/json.ts";
import type { Turn } from "../../engine.ts";

// What is used of node-llama-cpp 3, an optional package whose own types are not there when this is compiled.

export type Token = number;

export interface LlamaCppModule {
  getLlama(options: LlamaOptions): Promise<Llama>;
  resolveChatWrapper(model: LlamaModel): ChatWrapper;
  readonly LlamaChat: new (options: {
    readonly contextSequence: LlamaSequence;
    readonly chatWrapper: ChatWrapper;
  }) => LlamaChat;
  readonly LlamaText: (text: string) => LlamaText;
}

export interface LlamaOptions {
  readonly gpu: "auto" | false;
  /** `never`: only what is installed; nothing is built or downloaded. */
  readonly build: "never";
  readonly skipDownload: true;
  readonly progressLogs: false;
  readonly logLevel: "warn";
  readonly logger: (level: string, message: string) => void;
  readonly maxThreads?: number;
}

export interface Llama {
  readonly cpuMathCores: number;
  maxThreads: number;
  loadModel(options: {
    readonly modelPath: string;
    readonly gpuLayers?: number;
    readonly loadSignal: AbortSignal;
  }): Promise<LlamaModel>;
  getGrammarFor(type: "json"): Promise<LlamaGrammar>;
  createGrammarForJsonSchema(schema: JsonObject): Promise<LlamaGrammar>;
  dispose(): Promise<void>;
}

export type LlamaGrammar = object;

export interface Tokenizer {
  (text: string, specialTokens?: boolean): Token[];
}

export interface LlamaModel {
  readonly trainContextSize: number;
  readonly tokenizer: Tokenizer;
  createContext(options: {
    readonly contextSize: number;
    readonly sequences: number;
    readonly threads: number;
    readonly createSignal: AbortSignal;
  }): Promise<LlamaContext>;
  createEmbeddingContext(options: {
    readonly contextSize: number;
    readonly threads: number;
  }): Promise<LlamaEmbeddingContext>;
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaSequence {
  readonly contextSize: number;
  readonly nextTokenIndex: number;
  readonly tokenMeter: { readonly usedOutputTokens: number };
  compareContextTokens(tokens: readonly Token[]): { readonly firstDifferentIndex: number };
  adaptStateToTokens(tokens: readonly Token[], allowShift: boolean): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>;
}

export interface LlamaEmbeddingContext {
  getEmbeddingFor(text: string): Promise<{ readonly vector: readonly number[] }>;
  calculateInputLength(text: string): number;
}

export interface LlamaText {
  tokenize(tokenizer: Tokenizer, options: "trimLeadingSpace"): Token[];
}

export type LlamaFunctions = Readonly<Record<string, { readonly description?: string; readonly params?: JsonObject }>>;

export interface ContextState {
  readonly contextText: LlamaText;
  readonly noPrefixTrigger?: { readonly type: "functionCall"; readonly inject: LlamaText };
}

/** How one kind of model writes conversations and calls. */
export interface ChatWrapper {
  generateContextState(options: {
    readonly chatHistory: readonly Turn[];
    readonly availableFunctions?: LlamaFunctions;
  }): ContextState;
}

export interface LlamaChat {
  generateResponse(history: Turn[], options: GenerateOptions): Promise<LlamaResponse>;
  dispose(): void;
}

export interface ResponseChunk {
  readonly type?: "segment" | undefined;
  readonly segmentType?: "thought" | "comment" | undefined;
  readonly text: string;
  readonly tokens: readonly Token[];
}

export interface ParamsChunk {
  readonly callIndex: number;
  readonly functionName: string;
  readonly paramsChunk: string;
}

export interface FunctionCall {
  readonly functionName: string;
  readonly params?: JsonValue;
}

export interface GenerateOptions {
  readonly signal: AbortSignal;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
  readonly seed?: number;
  readonly repeatPenalty:
    | false
    | { readonly penalty: 1; readonly presencePenalty: number; readonly frequencyPenalty: number };
  readonly customStopTriggers?: readonly string[];
  readonly budgets: { readonly thoughtTokens: number; readonly commentTokens: number };
  readonly contextShift: { readonly strategy: () => never };
  readonly onResponseChunk: (chunk: ResponseChunk) => void;
  readonly grammar?: LlamaGrammar;
  readonly functions?: LlamaFunctions;
  readonly maxParallelFunctionCalls?: number;
  readonly onFunctionCallParamsChunk?: (chunk: ParamsChunk) => void;
  readonly onFunctionCall?: (call: FunctionCall) => void;
}

export interface LlamaResponse {
  readonly metadata: {
    readonly stopReason:
      | "eogToken"
      | "stopGenerationTrigger"
      | "functionCalls"
      | "maxTokens"
      | "abort"
      | "customStopTrigger";
    readonly customStopTrigger?: readonly (string | Token)[];
  };
}
