import type { LlamaSequence, Token } from "./api.ts";

/** Between these a piece is evaluated, so that a signal is noticed soon and the machine still does much at once. */
const FAST_MS = 30;
const SLOW_MS = 80;
const SMALLEST = 8;
const LARGEST = 512;

/** Reads prompts into sequences, in pieces that each take well under 100 ms on this machine with this model. */
export class PromptReader {
  #pieceTokens = 32;

  /**
   * Reads all but the last token.
   *
   * @returns how many of them were there already
   */
  async read(sequence: LlamaSequence, tokens: readonly Token[], signal: AbortSignal): Promise<number> {
    const end = tokens.length - 1;
    await sequence.adaptStateToTokens(tokens.slice(0, end), false);
    const begin = sequence.nextTokenIndex;
    let at = begin;
    while (at < end) {
      signal.throwIfAborted();
      const startedMs = performance.now();
      const next = Math.min(at + this.#pieceTokens, end);
      await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, next));
      if (next - at === this.#pieceTokens) this.#adjust(performance.now() - startedMs);
      at = next;
    }
    return begin;
  }

  #adjust(tookMs: number): void {
    if (tookMs < FAST_MS) this.#pieceTokens = Math.min(this.#pieceTokens * 2, LARGEST);
    if (tookMs > SLOW_MS) this.#pieceTokens = Math.max(Math.floor(this.#pieceTokens / 2), SMALLEST);
  }
}
