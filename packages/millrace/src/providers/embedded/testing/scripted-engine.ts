import type { CancelSignal } from "../../../model/cancellation.ts";
import { cancelled } from "../../transport/call-failure.ts";
import type { Embedded, Engine, Generated, GenerateRequest, LoadedModel, Piece } from "../engine.ts";

const ENDING: Generated = {
  reason: "stop",
  promptTokens: 7,
  cachedTokens: 3,
  completionTokens: 5,
  reasoningTokens: 2,
};

/** What an answer of the scripted engine does. */
export interface Script {
  readonly pieces?: readonly Piece[];
  readonly ending?: Partial<Generated>;
  /** Thrown after the pieces. */
  readonly error?: Error;
  /** It goes on until it is cancelled. */
  readonly endless?: boolean;
}

/** An engine without a model: the test says how loading goes and what is answered. */
export class ScriptedEngine implements Engine {
  readonly ended: Promise<Error>;
  readonly asked: GenerateRequest[] = [];
  /** How many answers are being generated. */
  running = 0;
  closed = false;
  script: Script = { pieces: [{ type: "text", text: "Hello" }] };
  #end!: (error: Error) => void;
  #loaded!: (model: LoadedModel) => void;
  #failed!: (error: unknown) => void;
  readonly #loading: Promise<LoadedModel>;

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#loading = new Promise((resolve, reject) => {
      this.#loaded = resolve;
      this.#failed = reject;
    });
  }

  /** The model is in memory. */
  loaded(contextTokens: number = 4096): void {
    this.#loaded({ contextTokens, threads: 1 });
  }

  failed(error: unknown): void {
    this.#failed(error);
  }

  /** The thread is over, although nobody closed it. */
  die(error: Error): void {
    this.#end(error);
  }

  load(): Promise<LoadedModel> {
    return this.#loading;
  }

  async generate(
    request: GenerateRequest,
    onPieces: (pieces: readonly Piece[]) => void,
    signal: CancelSignal,
  ): Promise<Generated> {
    this.asked.push(request);
    this.running += 1;
    try {
      for (const piece of this.script.pieces ?? []) onPieces([piece]);
      if (this.script.error !== undefined) throw this.script.error;
      if (this.script.endless === true) await cancellation(signal);
      return { ...ENDING, ...this.script.ending };
    } finally {
      this.running -= 1;
    }
  }

  embed(texts: readonly string[]): Promise<Embedded> {
    return Promise.resolve({ vectors: texts.map((text) => [text.length, 0.5]), tokens: texts.join("").length });
  }

  close(): Promise<void> {
    this.closed = true;
    this.#failed(new Error("closed"));
    return Promise.resolve();
  }
}

function cancellation(signal: CancelSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(cancelled());
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
