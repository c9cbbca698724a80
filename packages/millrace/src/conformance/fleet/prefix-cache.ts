/** The prompts that a server has read and still holds, the one used last at the end. */
export class PrefixCache {
  readonly #capacity: number;
  readonly #held = new Map<string, number>();
  #tokens = 0;

  /** @param capacity in tokens */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** How many tokens of a conversation need not be read again. */
  hit(conversation: string, promptTokens: number): number {
    return Math.min(this.#held.get(conversation) ?? 0, promptTokens);
  }

  /** The conversation is now this long, and the one used last; what was used longest ago makes room. */
  keep(conversation: string, tokens: number): void {
    this.#forget(conversation);
    if (tokens > this.#capacity) return;
    for (const oldest of this.#held.keys()) {
      if (this.#tokens + tokens <= this.#capacity) break;
      this.#forget(oldest);
    }
    this.#held.set(conversation, tokens);
    this.#tokens += tokens;
  }

  /** As after a restart. */
  clear(): void {
    this.#held.clear();
    this.#tokens = 0;
  }

  #forget(conversation: string): void {
    const tokens = this.#held.get(conversation);
    if (tokens === undefined) return;
    this.#held.delete(conversation);
    this.#tokens -= tokens;
  }
}
