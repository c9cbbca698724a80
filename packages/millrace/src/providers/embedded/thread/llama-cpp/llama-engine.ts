import { providerError } from "../../../../model/errors.ts";
import type { CancelSignal } from "../../../../model/cancellation.ts";
import { cancelled } from "../../../transport/call-failure.ts";
import type { Embedded, EngineSettings, Generated, GenerateRequest, LoadedModel, Piece } from "../../engine.ts";
import { tooLong } from "../../engine-failures.ts";
import type { ServedEngine } from "../serve-engine.ts";
import { abortable } from "./abortable.ts";
import type { LlamaEmbeddingContext, LlamaSequence, Token } from "./api.ts";
import { Generation, promptOf } from "./generation.ts";
import { loadModel, type OpenModel } from "./load-model.ts";
import { PromptReader } from "./prompt-reader.ts";

/** The engine that does the work itself: node-llama-cpp, in the thread that this is called in. */
export function startLlamaEngine(settings: EngineSettings): ServedEngine {
  return new LlamaEngine(settings);
}

class LlamaEngine implements ServedEngine {
  readonly #settings: EngineSettings;
  readonly #reader = new PromptReader();
  readonly #free = new Set<LlamaSequence>();
  #open: OpenModel | undefined;
  #vectors: Promise<LlamaEmbeddingContext> | undefined;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
  }

  async load(signal: CancelSignal): Promise<LoadedModel> {
    this.#open = await abortable(signal, (abort) => loadModel(this.#settings, abort));
    const { contextTokens, sequences, threads } = this.#open;
    for (const sequence of sequences) this.#free.add(sequence);
    return { contextTokens, threads };
  }

  async generate(
    request: GenerateRequest,
    onPieces: (pieces: readonly Piece[]) => void,
    signal: CancelSignal,
  ): Promise<Generated> {
    const model = this.#loaded();
    const prompt = promptOf(model, request);
    const sequence = this.#nearest(prompt.tokens);
    this.#free.delete(sequence);
    try {
      return await new Generation(model, request, { sequence, prompt }, onPieces).run(this.#reader, signal);
    } finally {
      this.#free.add(sequence);
    }
  }

  async embed(texts: readonly string[], signal: CancelSignal): Promise<Embedded> {
    const context = await this.#embedding();
    const { contextTokens } = this.#loaded();
    const lengths = texts.map((text) => context.calculateInputLength(text));
    const longest = lengths.findIndex((length) => length >= contextTokens);
    if (longest !== -1) throw providerError(tooLong(lengths[longest] ?? 0, contextTokens, `input[${longest}]`));
    const vectors: (readonly number[])[] = [];
    for (const text of texts) {
      if (signal.aborted) throw cancelled();
      const { vector } = await context.getEmbeddingFor(text);
      vectors.push(normalized(vector));
    }
    return { vectors, tokens: lengths.reduce((sum, length) => sum + length, 0) };
  }

  async close(): Promise<void> {
    await this.#open?.llama.dispose();
  }

  #loaded(): OpenModel {
    if (this.#open === undefined) throw new Error("A model has to be loaded before it is asked.");
    return this.#open;
  }

  #embedding(): Promise<LlamaEmbeddingContext> {
    const { contextTokens, model, threads } = this.#loaded();
    return (this.#vectors ??= model.createEmbeddingContext({ contextSize: contextTokens, threads }));
  }

  /** The free sequence that holds most of the prompt already. */
  #nearest(tokens: readonly Token[]): LlamaSequence {
    const held = (sequence: LlamaSequence): number => sequence.compareContextTokens(tokens).firstDifferentIndex;
    const [best] = [...this.#free].sort((a, b) => held(b) - held(a));
    if (best === undefined) throw new Error("more answers are asked for at once than there are slots");
    return best;
  }
}

/** Of length 1, as other servers give them. */
function normalized(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
