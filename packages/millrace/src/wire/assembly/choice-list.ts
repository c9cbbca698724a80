import { failureOf } from "../failure/kinds.ts";
import { ReplyFault } from "./reply-fault.ts";

/** The choices of one answer, begun as they come, up to a limit. */
export class ChoiceList<Choice extends { readonly finished: boolean }> {
  readonly #choices = new Map<number, Choice>();
  readonly #limit: number;
  readonly #begin: (index: number) => Choice;

  constructor(limit: number, begin: (index: number) => Choice) {
    this.#limit = limit;
    this.#begin = begin;
  }

  get isEmpty(): boolean {
    return this.#choices.size === 0;
  }

  /** Whether every choice that began said why it ended. */
  get finished(): boolean {
    return !this.isEmpty && [...this.#choices.values()].every((choice) => choice.finished);
  }

  /** The choice of that index, if it has begun. */
  get(index: number): Choice | undefined {
    return this.#choices.get(index);
  }

  /** The choice of that index, which begins now if it has not. Throws a {@link ReplyFault} above the limit. */
  at(index: number): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    if (this.#choices.size >= this.#limit) {
      const message = `The model server sent more than ${this.#limit} choices in one answer; reading stopped`;
      throw new ReplyFault(failureOf("protocol", message));
    }
    const begun = this.#begin(index);
    this.#choices.set(index, begun);
    return begun;
  }

  inOrder(): readonly Choice[] {
    return [...this.#choices].sort(([a], [b]) => a - b).map(([, choice]) => choice);
  }
}
