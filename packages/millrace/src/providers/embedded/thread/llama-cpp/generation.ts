import { providerError } from "../../../../model/errors.ts";
import type { CancelSignal } from "../../../../model/cancellation.ts";
import type { Generated, GenerateRequest, Piece, Sampling, Turn } from "../../engine.ts";
import { tooLong } from "../../engine-failures.ts";
import { abortable } from "./abortable.ts";
import type { ChatWrapper, GenerateOptions, LlamaResponse, LlamaSequence, Token } from "./api.ts";
import { CallPieces } from "./call-pieces.ts";
import type { OpenModel } from "./load-model.ts";
import type { PromptReader } from "./prompt-reader.ts";
import { callableTools, tellingTools } from "./told-tools.ts";

/** Room for what the engine adds by itself, such as the end of a call. */
const SPARE_TOKENS = 8;
/** What llama.cpp's own server does where a request does not say. */
const USUAL: Required<Pick<Sampling, "temperature" | "topP" | "topK" | "minP">> = {
  temperature: 0.8,
  topP: 0.95,
  topK: 40,
  minP: 0.05,
};

/** The context is full in the middle of an answer. */
class ContextFullError extends Error {
  override readonly name = "ContextFullError";
}

/** A prompt as the model reads it. */
export interface Prompt {
  readonly tokens: readonly Token[];
  readonly wrapper: ChatWrapper;
}

/** @throws {ProviderError} where it leaves no room for an answer */
export function promptOf({ contextTokens, library, model, wrapper }: OpenModel, request: GenerateRequest): Prompt {
  const telling = tellingTools(wrapper, request, library);
  const { contextText } = telling.generateContextState({ chatHistory: withAnswer(request.turns) });
  const tokens = contextText.tokenize(model.tokenizer, "trimLeadingSpace");
  if (tokens.length + SPARE_TOKENS >= contextTokens)
    throw providerError(tooLong(tokens.length, contextTokens, "messages"));
  return { tokens, wrapper: telling };
}

/** One answer, generated in a sequence that nobody else uses meanwhile. */
export class Generation {
  readonly #open: OpenModel;
  readonly #request: GenerateRequest;
  readonly #sequence: LlamaSequence;
  readonly #prompt: Prompt;
  readonly #onPieces: (pieces: readonly Piece[]) => void;
  readonly #calls = new CallPieces();
  #reasoningTokens = 0;

  constructor(
    open: OpenModel,
    request: GenerateRequest,
    place: { readonly sequence: LlamaSequence; readonly prompt: Prompt },
    onPieces: (pieces: readonly Piece[]) => void,
  ) {
    this.#open = open;
    this.#request = request;
    this.#sequence = place.sequence;
    this.#prompt = place.prompt;
    this.#onPieces = onPieces;
  }

  run(reader: PromptReader, signal: CancelSignal): Promise<Generated> {
    return abortable(signal, (abort) => this.#run(reader, abort));
  }

  async #run(reader: PromptReader, signal: AbortSignal): Promise<Generated> {
    const { tokens } = this.#prompt;
    const cachedTokens = await reader.read(this.#sequence, tokens, signal);
    const before = this.#sequence.tokenMeter.usedOutputTokens;
    const ending = await this.#ending(signal);
    const completionTokens = this.#sequence.tokenMeter.usedOutputTokens - before;
    return {
      ...ending,
      promptTokens: tokens.length,
      cachedTokens,
      completionTokens,
      reasoningTokens: Math.min(this.#reasoningTokens, completionTokens),
    };
  }

  async #ending(signal: AbortSignal): Promise<Pick<Generated, "reason" | "stopSequence">> {
    const { LlamaChat } = this.#open.library;
    const chat = new LlamaChat({ contextSequence: this.#sequence, chatWrapper: this.#prompt.wrapper });
    try {
      const options = await this.#options(signal);
      return endingOf(await chat.generateResponse([...this.#request.turns], options));
    } catch (error) {
      if (error instanceof ContextFullError) return { reason: "length" };
      throw error;
    } finally {
      chat.dispose();
    }
  }

  async #options(signal: AbortSignal): Promise<GenerateOptions> {
    const { maxThinkingTokens = Infinity, maxTokens = Infinity, sampling, stops } = this.#request;
    const { presencePenalty = 0, frequencyPenalty = 0, ...chosen } = sampling;
    const room = this.#open.contextTokens - this.#prompt.tokens.length - SPARE_TOKENS;
    const penalises = presencePenalty !== 0 || frequencyPenalty !== 0;
    return {
      ...USUAL,
      ...chosen,
      signal,
      maxTokens: Math.max(1, Math.min(maxTokens, room)),
      // The engine's own would make every answer avoid the words it has used.
      repeatPenalty: penalises ? { penalty: 1, presencePenalty, frequencyPenalty } : false,
      ...(stops.length > 0 && { customStopTriggers: stops }),
      budgets: { thoughtTokens: maxThinkingTokens, commentTokens: Infinity },
      // It would forget the beginning of the conversation without a word.
      contextShift: {
        strategy: () => {
          throw new ContextFullError();
        },
      },
      onResponseChunk: ({ type, segmentType, text, tokens }) => {
        const isThought = type === "segment" && segmentType === "thought";
        if (isThought) this.#reasoningTokens += tokens.length;
        if (text !== "") this.#onPieces([{ type: isThought ? "reasoning" : "text", text }]);
      },
      ...(await this.#form()),
    };
  }

  /** What the answer is held to. */
  async #form(): Promise<Partial<GenerateOptions>> {
    const { maxCalls, mustCall, shape, tools } = this.#request;
    const { llama } = this.#open;
    if (shape === "json") return { grammar: await llama.getGrammarFor("json") };
    if (shape !== undefined) return { grammar: await llama.createGrammarForJsonSchema(shape.grammar) };
    if (tools.length === 0) return {};
    return {
      functions: callableTools(tools, mustCall),
      maxParallelFunctionCalls: maxCalls,
      onFunctionCallParamsChunk: (chunk) => this.#tell(this.#calls.chunk(chunk)),
      onFunctionCall: (call) => this.#tell(this.#calls.called(call)),
    };
  }

  #tell(pieces: readonly Piece[]): void {
    if (pieces.length > 0) this.#onPieces(pieces);
  }
}

/** The model's next turn begins where it has none yet. */
function withAnswer(turns: readonly Turn[]): readonly Turn[] {
  return turns.at(-1)?.type === "model" ? turns : [...turns, { type: "model", response: [] }];
}

function endingOf({ metadata }: LlamaResponse): Pick<Generated, "reason" | "stopSequence"> {
  const { customStopTrigger = [], stopReason } = metadata;
  if (stopReason === "functionCalls") return { reason: "tool_calls" };
  if (stopReason === "maxTokens") return { reason: "length" };
  const stopSequence = customStopTrigger.filter((part) => typeof part === "string").join("");
  return stopSequence === "" ? { reason: "stop" } : { reason: "stop", stopSequence };
}
